import { dayInChina } from './china-calendar';
import type { Settings } from './options';
import { hexFrom, type Seed } from './random';
import { createTenant, type Tenant } from './tenant';

/** The companies of the emulator. The first one is that of a custom app. */
export interface Tenants {
  readonly keys: readonly string[];
  readonly first: Tenant;
  /** `undefined` for an unknown key. */
  readonly of: (key: string) => Tenant | undefined;
  readonly isInstalled: (key: string) => boolean;
  setInstalled(key: string, isInstalled: boolean): void;
}

/** Companies are created when they are needed. Together, those in memory have at most about this many people. */
const MAX_PEOPLE = 100_000;

type TenantsSettings = Pick<Settings, 'seed' | 'now' | 'lateSubmission' | 'tenants' | 'people'>;

/** All companies keep the day of the start, so that no answer changes at midnight. */
export function createTenants(settings: TenantsSettings): Tenants {
  const { seed, lateSubmission, people } = settings;
  const today = dayInChina(settings.now());
  const seeds = new Map(
    Array.from({ length: settings.tenants }, (_, i) => {
      const own: Seed = i === 0 ? seed : `${seed}.${i}`;
      return [hexFrom(`${own}/tenant`).slice(0, 16), own];
    }),
  );
  const uninstalled = new Set<string>();
  /** The one that was needed last is at the end. */
  const live = new Map<string, Tenant>();

  function of(key: string): Tenant | undefined {
    const own = seeds.get(key);
    if (own === undefined) return undefined;
    const tenant = live.get(key) ?? createTenant({ seed: own, key, today, people, lateSubmission });
    live.delete(key);
    live.set(key, tenant);
    forgetOldest();
    return tenant;
  }

  function forgetOldest(): void {
    const [oldest] = live.keys();
    if (oldest !== undefined && live.size > 1 && live.size * people > MAX_PEOPLE) {
      live.delete(oldest);
    }
  }

  const keys = [...seeds.keys()];
  return {
    keys,
    get first() {
      const first = of(keys[0] ?? '');
      if (!first) throw new RangeError('tenants: expected at least one, got none');
      return first;
    },
    of,
    isInstalled: (key) => seeds.has(key) && !uninstalled.has(key),
    setInstalled(key, isInstalled) {
      if (isInstalled) uninstalled.delete(key);
      else uninstalled.add(key);
    },
  };
}
