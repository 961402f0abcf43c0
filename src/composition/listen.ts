import { setImmediate as nextTurn } from 'node:timers/promises';
import { admitsSelf } from '../auth/auth.config';
import type { Config } from '../config';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import type { Edge } from './edge';
import type { Loading } from './loading';
import type { Upstream } from './upstream';

/** Within this time, load balancers read `/readyz` and stop sending requests. */
const DRAIN_NOTICE_MS = 3_000;

/**
 * Turns of the event loop that accept connections and read requests. A busy process runs the timer before it has read
 * what clients have sent, and would reset their connections.
 */
const TURNS_TO_READ = 5;

interface Parts {
  readonly edge: Edge;
  readonly upstream: Upstream;
  readonly loading: Loading;
}

/** Opens the port, and resolves with its URL. From then on, closing drains the gateway first. */
export async function startListening(
  { production, auth }: Config,
  { clock, log }: Deps,
  closeStack: CloseStack,
  { edge, upstream, loading }: Parts,
): Promise<string> {
  // Cycles that people name are checked against Feishu's list: see docs/decisions/0017-principal-quota.md.
  if (admitsSelf(auth) && auth.upstreamIdentity === 'app') loading.only?.directory.prefetch();
  const url = await edge.listen();
  log.info({ url: `${url}/graphql`, upstream: upstream.origin }, 'listening');
  loading.prefetchTicket();
  closeStack.push('drain', async () => {
    edge.drain();
    if (production) await clock.sleep(DRAIN_NOTICE_MS);
    for (let turns = 0; turns < TURNS_TO_READ; turns += 1) await nextTurn();
    edge.endStreams();
  });
  return url;
}
