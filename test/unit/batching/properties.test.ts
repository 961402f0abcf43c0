import { describeBatcherProperties } from '../../support/batcher-properties';

// test/properties/batcher-properties.test.ts has 1,000 of them.
describeBatcherProperties(50);
