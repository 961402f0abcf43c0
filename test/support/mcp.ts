import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { sha256 } from './clients';
import { startGateway, type TestGateway, type TestGatewayOptions } from './gateway';
import { ROOT } from './pages';

/** The ready operations of the client package. */
export const READY_OPERATIONS = join(ROOT, 'packages/client/persisted-query-manifest.json');
/** The protocol versions that the gateway is tested with, newest first. */
export const PROTOCOL_VERSIONS = ['2026-07-28', '2025-11-25'] as const;
export type ProtocolVersion = (typeof PROTOCOL_VERSIONS)[number];

/** The response to an operation, as a tool returns it. */
export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  readonly data: unknown;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string };
  }[];
}

export interface McpClient {
  readonly client: Client;
  readonly call: (tool: string, args: Record<string, unknown>) => Promise<ToolAnswer>;
}

/** Starts a gateway that serves these operations as tools; by default the ready ones. */
export async function startMcpGateway(
  { env, ...options }: TestGatewayOptions = {},
  texts?: readonly string[],
): Promise<TestGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-'));
  const path = texts ? join(folder, 'manifest.json') : READY_OPERATIONS;
  if (texts) writeFileSync(path, manifestOf(texts));
  try {
    return await startGateway({
      ...options,
      env: { MCP: 'on', PERSISTED_OPERATIONS: path, ...env },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function manifestOf(texts: readonly string[]): string {
  const operations = texts.map((body) => ({ id: sha256(body), body }));
  return JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });
}

/** Connects the SDK's own client, which speaks this version only. */
export async function connectMcp(
  url: string,
  version: ProtocolVersion,
  headers: Record<string, string> = {},
): Promise<McpClient> {
  const isNewest = version === PROTOCOL_VERSIONS[0];
  const client = new Client(
    { name: 'test', version: '1' },
    {
      versionNegotiation: { mode: isNewest ? { pin: version } : 'legacy' },
      ...(!isNewest && { supportedProtocolVersions: [version] }),
    },
  );
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }),
  );
  return {
    client,
    async call(name, args) {
      const result = await client.callTool({ name, arguments: args });
      const [block] = result.content;
      const { data, errors = [] } = result.structuredContent as Partial<ToolAnswer>;
      return {
        isError: result.isError === true,
        text: block?.type === 'text' ? block.text : '',
        data,
        errors,
      };
    },
  };
}
