import { checkCallsWithinCost } from '../support/cost-property';

test.each(['auto', 'pushdown'] as const)(
  'None of 200 random operations makes more calls than its cost says, with filters that are %s',
  (strategy) => checkCallsWithinCost(strategy, 200),
  120_000,
);
