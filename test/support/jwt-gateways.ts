import { bearer } from './clients';
import { startGateway, type TestGateway } from './gateway';
import { startIssuer, type Claims, type TestIssuer } from './issuer';
import { ManualClock } from './manual-clock';
import { viewerOf } from './viewer';

/** An issuer and gateways that trust it, on one clock that stands still unless moved. */
export interface JwtGateways {
  readonly clock: ManualClock;
  readonly issuer: TestIssuer;
  /** Starts a gateway with these variables; the same variables give the same gateway again. */
  start(env?: Record<string, string>): Promise<TestGateway>;
  /** The viewer that a token with these claims authenticates. */
  viewer(at: TestGateway, claims: Claims): ReturnType<typeof viewerOf>;
  close(): Promise<void>;
}

export async function startJwtGateways(): Promise<JwtGateways> {
  const clock = new ManualClock(Date.now());
  const issuer = await startIssuer(clock.unixMs);
  const gateways = new Map<string, Promise<TestGateway>>();
  return {
    clock,
    issuer,
    start(env = {}) {
      const key = JSON.stringify(env);
      const started =
        gateways.get(key) ??
        startGateway({ clock, env: { AUTH_ANONYMOUS: '', ...issuer.env, ...env } });
      gateways.set(key, started);
      return started;
    },
    viewer: async (at, claims) => viewerOf(at, bearer(await issuer.sign(claims))),
    async close() {
      for (const gateway of gateways.values()) await (await gateway).close();
      await issuer.close();
    },
  };
}

/** The reason in the log why the last credentials were rejected. */
export function lastReason(at: TestGateway): unknown {
  return at.logs().findLast(({ msg }) => msg === 'credentials rejected')?.['reason'];
}
