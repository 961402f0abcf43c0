import type { Config } from '../config';
import { Secret } from '../domain/secret';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET, startEmulator } from '../emulator/emulator';
import type { FeishuApp } from '../feishu/tenant-token.request';
import type { ExampleIds } from '../graphql/example-operation';
import type { Logger } from '../observability/logger';

/** Feishu, or the embedded emulator that stands for it. */
export interface Upstream {
  readonly origin: string;
  readonly app: FeishuApp;
  /** For the page that a newcomer sees; a real tenant's IDs are its own business. */
  readonly example: ExampleIds;
  close(): Promise<void>;
}

export async function openUpstream(config: Config, log: Logger): Promise<Upstream> {
  if (config.upstream.kind === 'feishu') {
    const { origin, appId, appSecret } = config.upstream;
    const example = { semesterId: '', userIds: [] };
    return { origin, app: { appId, appSecret }, example, close: () => Promise.resolve() };
  }
  const emulator = await startEmulator({
    quotaCalls: config.quota.calls,
    quotaWindowSeconds: config.quota.windowSeconds,
  });
  log.info(
    `no Feishu credentials: answering from the embedded emulator, ${emulator.people.length} invented people`,
  );
  return {
    origin: emulator.url,
    app: { appId: EMULATOR_APP_ID, appSecret: new Secret(EMULATOR_APP_SECRET) },
    example: {
      semesterId: emulator.semesters.at(-1)?.id ?? '',
      userIds: emulator.people.slice(0, 3).map((person) => person.openId),
    },
    close: () => emulator.close(),
  };
}
