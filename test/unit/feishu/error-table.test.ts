import { classify } from '../../../src/feishu/classify';
import { CODE_ROWS, OWN_ROWS, type FailureRow } from '../../../src/feishu/error-table';
import { toGatewayError, type Failure } from '../../../src/feishu/failure';
import type { TransportReply } from '../../../src/feishu/transport';
import { findByUserListDataWire } from '../../../src/feishu/wire/stage-task.wire';

function replyOf(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): TransportReply {
  return { status, body, header: (name) => headers[name] };
}

const envelope = (code: number, rest: object = {}) => JSON.stringify({ code, msg: 'm', ...rest });

/** The failure that the gateway reads from a reply. */
function failureOf(reply: TransportReply): Failure {
  const outcome = classify(reply, ({ data }) => findByUserListDataWire.safeParse(data ?? {}));
  if (outcome.ok) throw new Error('a reply: expected a failure, got an answer');
  return outcome.failure;
}

type Meaning = [
  kind: FailureRow['kind'],
  errorCode: FailureRow['errorCode'],
  retry: FailureRow['retry'],
  logLevel: FailureRow['logLevel'],
];

const meaningOf = ({ kind, errorCode, retry, logLevel }: FailureRow): Meaning => [
  kind,
  errorCode,
  retry,
  logLevel,
];

const LIMITED: Meaning = ['rate_limited', 'UPSTREAM_RATE_LIMITED', 'after-reset', 'warn'];
const FAILED: Meaning = ['upstream_failed', 'UPSTREAM_UNAVAILABLE', 'backoff', 'warn'];
const REJECTED: Meaning = ['rejected', 'UPSTREAM_REJECTED', 'never', 'error'];
const MALFORMED: Meaning = ['malformed', 'UPSTREAM_MALFORMED', 'never', 'error'];
const REFUSED: Meaning = ['token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn'];
const DENIED: Meaning = ['permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error'];

const NOT_INSTALLED: Meaning = ['not_installed', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error'];
const BAD_PARAMETERS: Meaning = ['parameters_refused', 'UPSTREAM_REJECTED', 'never', 'warn'];

/** (facts 11, 16, 18, 23 and 31) */
const CODES: [code: number, said: string, ...Meaning][] = [
  [1580101, 'internal error', ...FAILED],
  [1580102, 'param is invalid', ...BAD_PARAMETERS],
  [99992351, 'no valid open ID', ...BAD_PARAMETERS],
  [99992352, 'no valid union ID', ...BAD_PARAMETERS],
  [99992353, 'no valid user ID', ...BAD_PARAMETERS],
  [99992354, 'no valid ID of another kind', ...BAD_PARAMETERS],
  [99992361, 'an open ID of another app', ...BAD_PARAMETERS],
  [99992364, 'a user ID of another tenant', ...BAD_PARAMETERS],
  [99992402, 'field validation failed', ...BAD_PARAMETERS],
  [99991400, 'over the rate limit', ...LIMITED],
  [99991403, 'month used up', 'quota_exhausted', 'UPSTREAM_QUOTA_EXHAUSTED', 'never', 'error'],
  [99991661, 'token missing', ...REFUSED],
  [99991663, 'tenant token invalid', ...REFUSED],
  [99991664, 'app token invalid', ...REFUSED],
  [99991668, 'user token invalid or expired', ...REFUSED],
  [99991671, 'bad token format', ...REFUSED],
  [99991677, 'user token expired', ...REFUSED],
  [99991543, 'wrong app id or secret', ...DENIED],
  [10014, 'wrong app secret, as the token endpoint says it', ...DENIED],
  [20002, 'wrong secret, as oauth/v3/token says it', ...DENIED],
  [20048, 'unknown app, as oauth/v3/token says it', ...DENIED],
  [99991662, 'app disabled', ...NOT_INSTALLED],
  [99991673, 'app not installed', ...NOT_INSTALLED],
  [10012, 'app ticket invalid', ...REFUSED],
  [10013, 'app token invalid, as a token endpoint says it', ...REFUSED],
  [99991672, 'app lacks the scope', ...DENIED],
  [99991676, 'token lacks the scope', ...DENIED],
  [
    99991679,
    'user has not granted it',
    'consent_missing',
    'UPSTREAM_PERMISSION_DENIED',
    'never',
    'warn',
  ],
];

describe("Feishu's error code", () => {
  test.each(CODES)(
    '%i (%s) is a %s, for the client %s, retried %s, logged as %s',
    (code, _, ...meaning) => {
      for (const status of [200, 400, 401, 500]) {
        const failure = failureOf(replyOf(status, envelope(code)));
        expect(meaningOf(failure.row)).toEqual(meaning);
        expect(failure.trace).toEqual({ code, httpStatus: status, logId: null });
      }
    },
  );

  test('is in this table if it is in the gateway’s', () => {
    expect([...CODE_ROWS.keys()].sort()).toEqual(CODES.map(([code]) => code).sort());
  });

  test('has a source for its meaning', () => {
    for (const { source } of [...CODE_ROWS.values(), ...Object.values(OWN_ROWS)]) {
      expect(source).toMatch(/\w+ \w+/);
    }
  });

  test.each<[number, Meaning]>([
    [200, REJECTED],
    [400, REJECTED],
    [401, REJECTED],
    [429, LIMITED],
    [500, FAILED],
    [503, FAILED],
  ])('that is unknown has the meaning of HTTP %i', (status, meaning) => {
    expect(meaningOf(failureOf(replyOf(status, envelope(424242))).row)).toEqual(meaning);
  });

  test('of 0 is a failure under the HTTP status of a failure', () => {
    expect(meaningOf(failureOf(replyOf(500, envelope(0, { data: {} }))).row)).toEqual(FAILED);
    expect(meaningOf(failureOf(replyOf(429, envelope(0, { data: {} }))).row)).toEqual(LIMITED);
    expect(meaningOf(failureOf(replyOf(404, envelope(0, { data: {} }))).row)).toEqual(REJECTED);
  });

  test('other than 0 is a failure even with data', () => {
    const body = envelope(1580101, { data: { items: [] } });
    expect(meaningOf(failureOf(replyOf(200, body)).row)).toEqual(FAILED);
  });
});

describe('a failure without a code of Feishu', () => {
  test.each<[keyof typeof OWN_ROWS, Meaning]>([
    ['unreachable', ['unreachable', 'UPSTREAM_UNAVAILABLE', 'backoff', 'warn']],
    ['slow', ['timed_out', 'UPSTREAM_TIMEOUT', 'backoff', 'warn']],
    ['deadline', ['timed_out', 'UPSTREAM_TIMEOUT', 'never', 'warn']],
    ['abandoned', ['abandoned', 'UPSTREAM_TIMEOUT', 'never', 'debug']],
    ['malformed', MALFORMED],
  ])('is known as %s', (name, meaning) => {
    expect(meaningOf(OWN_ROWS[name])).toEqual(meaning);
  });

  test.each<[string, number, string, Meaning]>([
    ['a page instead of JSON', 200, '<html>hello</html>', MALFORMED],
    ['nothing at all', 200, '', MALFORMED],
    ['half an answer', 200, '{"code":0,"data":{"items":[', MALFORMED],
    ['JSON that is no envelope', 200, '[1,2,3]', MALFORMED],
    ['null', 200, 'null', MALFORMED],
    ['an envelope without a code', 200, '{"data":{}}', MALFORMED],
    ['a code that is no whole number', 200, '{"code":0.5,"data":{}}', MALFORMED],
    ['data that is none', 200, envelope(0, { data: 'none' }), MALFORMED],
    ['a redirection', 302, '', MALFORMED],
    ['a page', 400, '<html>bad request</html>', REJECTED],
    ['a page', 502, '<html>bad gateway</html>', FAILED],
    ['a page', 503, '', FAILED],
    ['a page', 429, 'slow down', LIMITED],
  ])('is %s under HTTP %i', (_, status, body, meaning) => {
    const failure = failureOf(replyOf(status, body));
    expect(meaningOf(failure.row)).toEqual(meaning);
    expect(failure.trace.httpStatus).toBe(status);
  });

  test('has no error code of Feishu where no envelope could be read', () => {
    expect(failureOf(replyOf(502, '<html></html>')).trace.code).toBeNull();
  });
});

describe('the rate limit', () => {
  const limited = (status: number, headers?: Record<string, string>) =>
    failureOf(replyOf(status, envelope(99991400), headers));

  test.each([429, 400, 200])('is recognised under HTTP %i', (status) => {
    expect(meaningOf(limited(status).row)).toEqual(LIMITED);
  });

  test.each([
    ['the whole seconds that Feishu sends', '7', 7_000],
    ['the fraction of a second that Feishu sends', '0.25', 250],
    ['no time when Feishu sends 0', '0', 0],
    ['three seconds when Feishu sends no number', 'soon', 3_000],
    ['three seconds when Feishu sends an empty header', '', 3_000],
    ['three seconds when Feishu sends a negative number', '-5', 3_000],
    ['three seconds when Feishu sends infinity', 'Infinity', 3_000],
    ['three seconds when Feishu sends an absurd number', '1e308', 3_000],
    ['a day when Feishu sends that', '86400', 86_400_000],
  ])('lasts %s', (_, header, expectedMs) => {
    expect(limited(429, { 'x-ogw-ratelimit-reset': header }).resetMs).toBe(expectedMs);
  });

  test('lasts three seconds when Feishu sends no header', () => {
    expect(limited(400).resetMs).toBe(3_000);
  });

  test('tells the client how long to wait, in whole milliseconds', () => {
    const failure = limited(429, { 'x-ogw-ratelimit-reset': '1.2345' });
    expect(toGatewayError(failure, false).details).toEqual({
      retryAfterMs: 1_235,
      upstream: { code: 99991400, httpStatus: 429, logId: null },
    });
  });

  test('is the only failure with a time to wait, whatever the headers hold', () => {
    const reply = replyOf(500, envelope(1580101), { 'x-ogw-ratelimit-reset': '7' });
    expect(failureOf(reply).resetMs).toBeUndefined();
  });
});

describe("the log ID for Feishu's support", () => {
  const inHeader = { 'x-tt-logid': 'tt', 'x-request-id': 'request' };
  const inBody = { error: { log_id: 'body' } };

  test.each([
    ['is x-tt-logid', inHeader, inBody, 'tt'],
    ['is else x-request-id', { 'x-request-id': 'request' }, inBody, 'request'],
    ['is else the one in the body', {}, inBody, 'body'],
    ['is else unknown', {}, {}, null],
    ['is unknown when the body holds none', {}, { error: { troubleshooter: 'https://…' } }, null],
    ['is unknown when the body holds another value', {}, { error: 'no' }, null],
  ])('%s', (_, headers, rest, logId) => {
    expect(failureOf(replyOf(400, envelope(1580102, rest), headers)).trace.logId).toBe(logId);
  });

  test('is known even when the body cannot be read', () => {
    expect(failureOf(replyOf(502, '<html></html>', inHeader)).trace.logId).toBe('tt');
  });
});

describe('the scopes that the app lacks', () => {
  const scopesOf = (violations: unknown) =>
    failureOf(replyOf(400, envelope(99991672, { error: { permission_violations: violations } })))
      .missingScopes;

  test('are collected for the operator', () => {
    const violations = [
      { type: 'action_scope_required', subject: 'performance:performance:readonly' },
      { type: 'action_scope_required', subject: 'performance:performance' },
    ];
    expect(scopesOf(violations)).toEqual([
      'performance:performance:readonly',
      'performance:performance',
    ]);
  });

  test('are collected where they are readable', () => {
    expect(scopesOf([null, 'x', {}, { subject: {} }, { subject: 'a:b' }])).toEqual(['a:b']);
  });

  test.each([[[]], ['none'], [null], [undefined]])(
    'are undefined when there are none: %j',
    (none) => {
      expect(scopesOf(none)).toBeUndefined();
    },
  );
});

describe('the error that a client receives', () => {
  test("never holds Feishu's own text, which may quote user IDs", () => {
    const body = envelope(1580102, {
      msg: 'ou_secret_person is invalid',
      error: { log_id: 'log-1' },
    });
    const error = toGatewayError(failureOf(replyOf(400, body)), false);
    expect(error.code).toBe('UPSTREAM_REJECTED');
    expect(error.details).toEqual({ upstream: { code: 1580102, httpStatus: 400, logId: 'log-1' } });
    expect(JSON.stringify([error.message, error.details])).not.toContain('ou_secret_person');
  });

  test.each(CODES)(
    'under a user’s own token asks for a new sign-in or for consent, if code %i (%s) means that',
    (code) => {
      const failure = failureOf(replyOf(401, envelope(code)));
      const ofUser: Record<string, string> = {
        token_refused: 'UNAUTHENTICATED',
        consent_missing: 'FORBIDDEN',
      };
      const expected = ofUser[failure.row.kind] ?? failure.row.errorCode;
      expect(toGatewayError(failure, true).code).toBe(expected);
      expect(toGatewayError(failure, false).code).toBe(failure.row.errorCode);
    },
  );
});
