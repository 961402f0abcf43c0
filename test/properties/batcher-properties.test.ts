import { describeBatcherProperties } from '../support/batcher-properties';

jest.setTimeout(120_000);

describeBatcherProperties(1_000);
