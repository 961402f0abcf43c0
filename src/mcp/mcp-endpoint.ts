import {
  createMcpHandler,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ListToolsResult,
} from '@modelcontextprotocol/server';
import type { GraphQLSchema } from 'graphql';
import { toError } from '../domain/to-error';
import type { RunOperation } from '../graphql/run-operation';
import { callTool } from './call-tool';
import { createOperationTools, type OperationTool, type ToolSource } from './operation-tools';

/** One HTTP request of an MCP client. */
export interface McpRequest {
  readonly request: Request;
  /** Parsed JSON. */
  readonly body: unknown;
  readonly requestId: string;
  /** Runs the operation of a tool for the principal of the request. */
  readonly run: RunOperation;
}

export type AnswerMcp = (request: McpRequest) => Promise<Response>;

export interface McpOptions {
  readonly schema: GraphQLSchema;
  readonly operations: ToolSource;
  readonly onUnusable: (name: string, reason: string) => void;
  /** Told of an error in the gateway, of which the client sees only that there was one. */
  readonly onDefect: (error: Error, requestId: string) => void;
}

/** A test compares the version with package.json. */
export const SERVER_INFO = { name: 'stage-task-gateway', version: '0.1.0' };

const INSTRUCTIONS =
  'Tools that read the review tasks of employees in Feishu Performance. They change nothing. ' +
  'IDs of review cycles have 19 digits: pass them as strings, with all digits. ' +
  'A result is the response of GraphQL. Where it has `errors`, null in `data` means "not known", and not "nothing to ' +
  'do": say so. FORBIDDEN means that this user may not read that person. After UPSTREAM_RATE_LIMITED or RATE_LIMITED, ' +
  'wait for `retryAfterMs`.';

/** Serves each operation as a tool, without sessions: each request gets a server of its own. */
export function createMcpEndpoint(options: McpOptions): AnswerMcp {
  const { schema, operations, onUnusable } = options;
  const tools = createOperationTools(schema, operations, onUnusable);
  return async ({ request, body, requestId, run }) => {
    const onDefect = (error: Error) => {
      options.onDefect(error, requestId);
    };
    let failure: Error | undefined;
    const handler = createMcpHandler(() => createServer(tools, run, onDefect), {
      // The list of tools never changes, and an open stream would keep a request in progress.
      maxSubscriptions: 0,
      keepAliveMs: 0,
      // Also told of each bad request, which is no defect.
      onerror(error) {
        failure = error;
      },
    });
    const response = await handler.fetch(request, { parsedBody: body });
    if (response.status >= 500 && failure) onDefect(failure);
    return response;
  };
}

function createServer(
  tools: ReadonlyMap<string, OperationTool>,
  run: RunOperation,
  onDefect: (error: Error) => void,
) {
  // The SDK calls this class low-level. The other one takes schemas of Zod, and would validate arguments that GraphQL
  // validates.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const server = new Server(SERVER_INFO, {
    capabilities: { tools: {} },
    instructions: INSTRUCTIONS,
  });
  server.setRequestHandler('tools/list', ({ params }) => pageOfTools(tools, params?.cursor));
  server.setRequestHandler('tools/call', async ({ params }) => {
    const tool = tools.get(params.name);
    if (!tool) throw invalidParams('tool: expected the name of one in tools/list', params.name);
    try {
      return await callTool(tool, params.arguments ?? {}, run);
    } catch (error) {
      onDefect(toError(error));
      throw new ProtocolError(ProtocolErrorCode.InternalError, 'Internal server error');
    }
  });
  return server;
}

/** A list of all tools costs every request for it about 4 KB for each tool. */
const TOOLS_PER_PAGE = 100;

/** @param cursor how many tools the pages before this one have */
function pageOfTools(tools: ReadonlyMap<string, OperationTool>, cursor = '0'): ListToolsResult {
  const start = /^\d{1,9}$/.test(cursor) ? Number(cursor) : tools.size;
  if (start > 0 && start >= tools.size) {
    throw invalidParams('cursor: expected the nextCursor of a page', cursor);
  }
  const end = start + TOOLS_PER_PAGE;
  return {
    tools: [...tools.values()].slice(start, end).map(({ tool }) => tool),
    ...(end < tools.size && { nextCursor: String(end) }),
  };
}

function invalidParams(expected: string, got: string): ProtocolError {
  const message = `${expected}, got ${JSON.stringify(got.slice(0, 100))}`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
