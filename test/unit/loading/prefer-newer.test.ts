import { GatewayError, type ErrorCode } from '../../../src/domain/errors';
import type { KnownUser } from '../../../src/loading/answer-cache';
import { preferNewer } from '../../../src/loading/prefer-newer';

const OLD: KnownUser = {
  stageTasks: null,
  semester: null,
  fetchedAtMs: 1,
  fromCache: true,
  stale: true,
};
const NEW = { ...OLD, fetchedAtMs: 2, fromCache: false, stale: false };
const never = () => new Promise<void>(() => undefined);
const failing = (code: ErrorCode) => Promise.reject(new GatewayError(code, 'failed'));

describe('an old answer', () => {
  test('gives way to a newer one', async () => {
    expect(await preferNewer(Promise.resolve(NEW), OLD, never)).toEqual(NEW);
  });

  test('is used when the newer one takes too long', async () => {
    const pending = new Promise<undefined>(() => undefined);
    expect(await preferNewer(pending, OLD, () => Promise.resolve())).toBe(OLD);
  });

  test.each<ErrorCode>([
    'RATE_LIMITED',
    'UPSTREAM_RATE_LIMITED',
    'UPSTREAM_QUOTA_EXHAUSTED',
    'UPSTREAM_TIMEOUT',
    'UPSTREAM_UNAVAILABLE',
  ])('is used after %s, which says nothing of the user', async (code) => {
    expect(await preferNewer(failing(code), OLD, never)).toBe(OLD);
  });

  test.each<ErrorCode>([
    'UPSTREAM_REJECTED',
    'UPSTREAM_PERMISSION_DENIED',
    'UPSTREAM_MALFORMED',
    'FORBIDDEN',
    'INTERNAL_SERVER_ERROR',
  ])('gives way to %s', async (code) => {
    expect(await preferNewer(failing(code), OLD, never)).toMatchObject({ code });
  });

  test('gives way to an error that is not the gateway’s own', async () => {
    const defect = new Error('defect');
    expect(await preferNewer(Promise.reject(defect), OLD, never)).toBe(defect);
  });
});
