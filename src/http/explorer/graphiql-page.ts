import type { ExampleOperation } from '../../graphql/example-operations';
import type { GraphiqlFile, GraphiqlFiles } from './graphiql-files';

/**
 * What the page and its files may load. GraphiQL's editor, Monaco, needs inline styles. Scripts come from files
 * of this origin only.
 */
export const GRAPHIQL_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The folder of the files. All paths of the page are relative, so that a proxy may add a prefix. */
export const FILES_PATH = 'graphiql';

export interface GraphiqlPageOptions {
  /** One tab for each. */
  readonly examples: readonly ExampleOperation[];
  /** Whether the page links to Apollo's Explorer. */
  readonly linksToApollo: boolean;
  /** Whether the page first shows the headers, so that the user fills in a token. */
  readonly needsToken: boolean;
}

/** For the user to fill in. */
const HEADERS = '{\n  "authorization": "Bearer "\n}';

/** Stands above the first operation. */
const HELP = `# The docs of the schema: the book at the top left.
# Run: Ctrl+Enter. Complete a field: Ctrl+Space.

`;

/** The HTML of the page. Its settings are data, which a browser does not run as a script. */
export function renderGraphiqlPage(files: GraphiqlFiles, options: GraphiqlPageOptions): string {
  const { bootstrap, script, style, icon, workers } = files;
  const settings = {
    endpoint: 'graphql',
    explorer: options.linksToApollo ? 'explorer' : null,
    workers: Object.fromEntries(
      Object.entries(workers).map(([label, file]) => [label, pathOf(file)]),
    ),
    headers: HEADERS,
    needsToken: options.needsToken,
    tabs: options.examples.map(({ document, variables }, index) => ({
      query: index === 0 ? HELP + document : document,
      variables: JSON.stringify(variables, null, 2),
    })),
  };
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Stage Task Gateway</title>
    <link rel="icon" href="${pathOf(icon)}">
    <link rel="stylesheet" href="${pathOf(style)}">
    <style>
      body { margin: 0; }
      #root { height: 100dvh; }
    </style>
    <script type="application/json" id="settings">${toDataBlock(settings)}</script>
    <script defer src="${pathOf(bootstrap)}"></script>
    <script defer src="${pathOf(script)}"></script>
  </head>
  <body>
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
  </body>
</html>
`;
}

function pathOf({ name }: GraphiqlFile): string {
  return `${FILES_PATH}/${name}`;
}

/** JSON that cannot end its element. */
function toDataBlock(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
