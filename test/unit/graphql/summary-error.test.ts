import { GatewayError } from '../../../src/domain/errors';
import { isDefect } from '../../../src/graphql/format-error';
import { summaryError } from '../../../src/graphql/summary-error';

const forbidden = new GatewayError('FORBIDDEN', 'Not yours.');
const limited = new GatewayError('UPSTREAM_RATE_LIMITED', 'Later.', { retryAfterMs: 5 });

test('The error of a summary has the code and the details that the most users have', () => {
  const error = summaryError([forbidden, limited, limited], 10);
  expect(error).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', details: { retryAfterMs: 5 } });
  expect(error.message).toBe(
    'summary: expected the tasks of 10 users, got those of 7: UPSTREAM_RATE_LIMITED (2), FORBIDDEN (1)',
  );
});

test('A defect comes first, so that it is logged, and its message stays inside', () => {
  const defect = new Error('a secret');
  const error = summaryError([limited, limited, defect], 3);
  expect(isDefect(error)).toBe(true);
  expect(error.cause).toBe(defect);
  expect(error.message).not.toContain('secret');
});
