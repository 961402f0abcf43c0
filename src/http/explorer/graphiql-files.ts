import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { BOOTSTRAP } from './bootstrap';

/** A file of GraphiQL. Its name contains a hash of its content, so the content behind a name never changes. */
export interface GraphiqlFile {
  readonly name: string;
  readonly contentType: string;
  readonly body: Buffer;
  /** The compressed body. It is compressed once, when a client first asks for it. */
  readonly gzipped: () => Promise<Buffer>;
}

export interface GraphiqlFiles {
  readonly bootstrap: GraphiqlFile;
  readonly script: GraphiqlFile;
  readonly style: GraphiqlFile;
  readonly icon: GraphiqlFile;
  /** Keyed by the label under which Monaco asks for a worker. */
  readonly workers: Readonly<Record<string, GraphiqlFile>>;
}

const SCRIPT = 'text/javascript; charset=utf-8';

/** Loads GraphiQL: 9 MB of text, so only if a browser asks for the page. */
export async function loadGraphiqlFiles(): Promise<GraphiqlFiles> {
  const { js, css, favicon, editorWorkerService, jsonWorker, graphqlWorker } =
    await import('@graphql-yoga/render-graphiql/graphiql');
  return {
    bootstrap: createFile('bootstrap', 'js', SCRIPT, BOOTSTRAP),
    script: createFile('graphiql', 'js', SCRIPT, js),
    style: createFile('graphiql', 'css', 'text/css; charset=utf-8', css),
    icon: createFile('favicon', 'ico', 'image/x-icon', dataOf(favicon)),
    workers: {
      editorWorkerService: createFile('editor-worker', 'js', SCRIPT, editorWorkerService),
      json: createFile('json-worker', 'js', SCRIPT, jsonWorker),
      graphql: createFile('graphql-worker', 'js', SCRIPT, graphqlWorker),
    },
  };
}

export function listFiles({ workers, ...files }: GraphiqlFiles): GraphiqlFile[] {
  return [...Object.values(files), ...Object.values(workers)];
}

/** @throws if the text is not a data URL in base64 */
function dataOf(url: string): Buffer {
  const base64 = /^data:[^,]+;base64,(.+)$/.exec(url)?.[1];
  if (base64 === undefined) throw new Error('favicon: expected a data URL in base64, got another');
  return Buffer.from(base64, 'base64');
}

const compress = promisify(gzip);

function createFile(
  name: string,
  extension: string,
  contentType: string,
  content: string | Buffer,
): GraphiqlFile {
  const body = Buffer.from(content as string);
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  let gzipped: Promise<Buffer> | undefined;
  return {
    name: `${name}.${hash}.${extension}`,
    contentType,
    body,
    gzipped: () => (gzipped ??= compress(body)),
  };
}
