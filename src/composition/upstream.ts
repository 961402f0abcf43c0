import type { Config } from '../config';
import { Secret } from '../domain/secret';
import type { FeishuApp } from '../feishu/token-requests';
import type { ExampleIds } from '../graphql/example-operations';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';

/** Feishu, or the embedded emulator in its place. */
export interface Upstream {
  readonly origin: string;
  /** The host of `oauth/v3/token`; `null`: tokens come from `origin`. */
  readonly accountsOrigin: string | null;
  readonly app: FeishuApp;
  /** IDs of the emulator, for the explorers' examples. A real Feishu's users are confidential. */
  readonly example?: ExampleIds;
}

/** Starts the embedded emulator, unless a real Feishu is configured. */
export async function startUpstream(
  { upstream, quota }: Config,
  { log }: Pick<Deps, 'log'>,
  closeStack: CloseStack,
): Promise<Upstream> {
  if (upstream.kind === 'feishu') {
    const { origin, accountsOrigin, appId, appSecret } = upstream;
    return { origin, accountsOrigin, app: { appId, appSecret } };
  }
  const { EMULATOR_APP_ID, EMULATOR_APP_SECRET, startEmulator } =
    await import('../emulator/emulator.js');
  const emulator = await startEmulator({
    quotaCalls: quota.calls,
    quotaWindowSeconds: quota.windowSeconds,
  });
  closeStack.push('emulator', () => emulator.close());
  log.info(
    `no Feishu credentials: answering from the embedded emulator with ${emulator.people.length} invented people`,
  );
  return {
    origin: emulator.url,
    accountsOrigin: null,
    app: { appId: EMULATOR_APP_ID, appSecret: new Secret(EMULATOR_APP_SECRET) },
    example: {
      semesterId: emulator.semesters.at(-1)?.id ?? '',
      userIds: emulator.people.slice(0, 3).map((person) => person.openId),
    },
  };
}
