import type { Config } from '../config';
import { createRunOperation } from '../graphql/run-operation';
import type { McpRouteOptions } from '../http/mcp.route';
import type { Deps } from './deps';
import type { GraphQL } from './graphql';

/** What answers MCP clients; `undefined` unless it is on. */
export async function createMcp(
  { mcp, persistedOperations }: Config,
  { log }: Deps,
  { apollo, answerFast, schema }: GraphQL,
): Promise<Pick<McpRouteOptions, 'answerMcp' | 'runFor'> | undefined> {
  if (!mcp || !persistedOperations) return undefined;
  // Loaded only if it is used: the SDK takes as long as a quarter of the start.
  const { createMcpEndpoint } = await import('../mcp/mcp-endpoint.js');
  return {
    answerMcp: createMcpEndpoint({
      schema,
      operations: persistedOperations,
      onUnusable(operation, reason) {
        log.warn({ operation, reason }, 'operation left out of the tools');
      },
      onDefect(error, requestId) {
        log.error({ err: error, requestId }, 'tool call failed');
      },
    }),
    runFor: (createContext) => createRunOperation(apollo, answerFast, createContext),
  };
}
