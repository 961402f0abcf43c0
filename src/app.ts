import { createAccess } from './composition/access';
import { createCloseStack } from './composition/close-stack';
import { createDeps, type Overrides } from './composition/deps';
import { createEdge } from './composition/edge';
import { createGraphQL } from './composition/graphql';
import { startListening } from './composition/listen';
import { startLoading } from './composition/loading';
import { startUpstream } from './composition/upstream';
import type { Config } from './config';

export type { Overrides };

export interface App {
  /** Where it listens, e.g. `http://127.0.0.1:4000`. */
  readonly url: string;
  /**
   * Takes no new requests, answers those in progress, then closes everything that was opened. A second call
   * returns the same promise. Rejects when a close failed, after all others have run.
   */
  close(): Promise<void>;
}

/**
 * The composition root: with `composition`, the only place that knows every part. Each stage puts what it
 * opens onto one stack, which closes in reverse order, also when a later stage throws.
 */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const deps = createDeps(config, overrides);
  const closeStack = createCloseStack(deps.log);
  try {
    const upstream = await startUpstream(config, deps, closeStack);
    const loading = await startLoading(config, deps, closeStack, upstream);
    const access = createAccess(config, deps, loading.users);
    const graphql = await createGraphQL(config, deps, closeStack, { upstream, loading, access });
    const edge = await createEdge(config, deps, closeStack, { access, graphql });
    const url = await startListening(config, deps, closeStack, { edge, upstream, loading });
    return { url, close: () => closeStack.close() };
  } catch (error) {
    // A close that fails here is in the log; the caller learns why the start failed.
    await closeStack.close().catch(() => undefined);
    throw error;
  }
}
