import { createEventListeners } from '../../../src/composition/event-listeners';
import { SEMESTER_ID } from '../../support/feishu-answer';
import { createTenantsWorld } from '../../support/tenants-world';

test('A company whose answers an event has refreshed is not forgotten while these calls count', async () => {
  const { clock, read, tenants, loadings, close } = createTenantsWorld();
  const { onReviewChange } = createEventListeners({
    ticket: undefined,
    loadings,
    sharedState: undefined,
  });
  await read('acme', []);
  clock.at(170_000, () =>
    onReviewChange({
      tenantKey: 'acme',
      semesterId: SEMESTER_ID,
      users: [{ id: 'anna', idType: 'USER_ID' }],
    }),
  );
  clock.at(200_000, () => void read('globex', ['anna']));
  await clock.run();
  expect(await tenants()).toBe(2);
  await close();
});

test('A company is kept while calls of the background work of its last operation may count', async () => {
  const { clock, loadings, close } = createTenantsWorld();
  loadings.of('acme');
  // The operation may take 15 s, its background refresh may wait 60 s more, and a call counts for 60 s.
  clock.at(134_000, () => loadings.of('globex'));
  await clock.run();
  expect(loadings.known('acme')).toBeDefined();
  await close();
});
