import { describeBatcherProperties } from '../../support/batcher-properties';

// test/long/batcher-properties.test.ts has 1,000 of them.
describeBatcherProperties(50);
