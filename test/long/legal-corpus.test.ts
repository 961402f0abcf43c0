import type { TestGateway } from '../support/gateway';
import { legalCorpus } from '../support/corpus/legal-corpus';
import { expectAnswered, startLegalGateway } from '../support/corpus/legal-gateway';
import type { LegalWorld } from '../support/corpus/legal-operation';

let gateway: TestGateway;
let world: LegalWorld;
beforeAll(async () => {
  ({ gateway, world } = await startLegalGateway());
});
afterAll(() => gateway.close());

test('The corpus has at least 40 operations with different names', () => {
  const names = legalCorpus(world).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(40);
});

test('The gateway answers each of the largest legal operations with at most 4 MB and 20 calls', async () => {
  for (const legal of legalCorpus(world)) await expectAnswered(gateway, legal);
  expect(gateway.logText()).not.toContain('resolver failed');
}, 120_000);
