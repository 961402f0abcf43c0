import { createAccess } from './composition/access';
import { createCloseStack } from './composition/close-stack';
import { createDeps, type Overrides } from './composition/deps';
import { createEdge } from './composition/edge';
import { createGraphQL } from './composition/graphql';
import { startListening } from './composition/listen';
import { startLoading } from './composition/loading';
import { createMcp } from './composition/mcp';
import { startTracing } from './composition/tracing';
import { startUpstream } from './composition/upstream';
import { createWebhook } from './composition/webhook';
import type { Config } from './config';

export type { Overrides };

export interface App {
  /** The URL on which it listens, e.g. `http://127.0.0.1:4000`. */
  readonly url: string;
  /**
   * Stops listening, answers the requests in progress, then closes all resources. A second call returns the same
   * promise. If a close fails, the others still run, then this rejects.
   */
  close(): Promise<void>;
}

/**
 * The composition root: only this file and `composition/` know all parts. Each stage pushes the resources that it
 * opens onto one stack, which is closed in reverse order, also if a later stage throws.
 */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const deps = createDeps(config, overrides);
  const closeStack = createCloseStack(deps.log);
  try {
    const upstream = await startUpstream(config, deps, closeStack);
    const tracer = await startTracing(config, deps, closeStack, upstream);
    const loading = await startLoading(config, deps, closeStack, upstream);
    const access = await createAccess(config, deps, loading.users);
    const graphql = await createGraphQL(config, deps, closeStack, { upstream, loading, access });
    const mcp = await createMcp(config, deps, graphql);
    const webhook = createWebhook(config, deps, loading);
    const parts = { access, loading, graphql, mcp, webhook, tracer };
    const edge = await createEdge(config, deps, closeStack, parts);
    const url = await startListening(config, deps, closeStack, { edge, upstream, loading });
    return { url, close: () => closeStack.close() };
  } catch (error) {
    // The log has the error of a close that fails here. This function throws the error of the start.
    await closeStack.close().catch(() => undefined);
    throw error;
  }
}
