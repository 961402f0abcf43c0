import { addTo } from '../domain/collections';
import { GatewayError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { keyOf } from './rate-limit';

export interface ConcurrencyLimits {
  /** For a user who may not read all users. */
  readonly self: number;
  /** For any other principal: a service, or an anonymous address, which many people may share. */
  readonly other: number;
  /** For all principals of one company together; `null`: no limit. */
  readonly tenant: number | null;
}

/** Counts one request in progress. The connection and the work for it each retain the slot. */
export interface Slot {
  /** @returns a function that releases the slot; the slot is free once all holders have released it */
  retain(): () => void;
}

/** Counts one more request of a principal in this process. @throws GatewayError `RATE_LIMITED` */
export type AcquireSlot = (principal: Principal, address: string) => Slot;

/** Most requests end within a second. */
const RETRY_AFTER_MS = 1_000;

/** @param counted what is in progress, for the message */
export function createConcurrencyLimit(
  { self, other, tenant }: ConcurrencyLimits,
  counted: 'requests' | 'streams' = 'requests',
): AcquireSlot {
  const inProgress = new Map<string, number>();
  const ofTenants = new Map<string, number>();
  return (principal, address) => {
    const isSelf = principal.kind === 'user' && principal.policy !== 'all';
    const max = isSelf ? self : other;
    const key = keyOf(principal, address);
    const { tenantKey } = principal;
    if ((inProgress.get(key) ?? 0) >= max) throw tooMany('principal', max, counted);
    if (tenantKey !== null && tenant !== null && (ofTenants.get(tenantKey) ?? 0) >= tenant) {
      throw tooMany('company', tenant, counted);
    }
    const count = (change: 1 | -1) => {
      addTo(inProgress, key, change);
      if (tenantKey !== null) addTo(ofTenants, tenantKey, change);
    };
    count(1);
    return createSlot(() => {
      count(-1);
    });
  };
}

function createSlot(free: () => void): Slot {
  let holders = 0;
  let isFree = false;
  return {
    retain() {
      holders += 1;
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        holders -= 1;
        if (isFree || holders > 0) return;
        isFree = true;
        free();
      };
    },
  };
}

function tooMany(limited: 'principal' | 'company', max: number, counted: string): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `${limited}: expected at most ${max} ${counted} at once, got more`,
    { retryAfterMs: RETRY_AFTER_MS },
  );
}
