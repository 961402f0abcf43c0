/**
 * Runs in the browser. It is a file of its own because the page's policy allows no inline script. It comes before
 * GraphiQL's script, which reads `MonacoEnvironment` when it starts.
 */
export const BOOTSTRAP = `'use strict';
const { workers, endpoint, explorer, headers, needsToken, tabs } = JSON.parse(
  document.getElementById('settings').textContent,
);

// GraphiQL remembers its tabs. If it is not told which of them to show, it adds an empty one on the second visit.
const linkedQuery = new URLSearchParams(location.search).get('query');
const linked = linkedQuery === null ? [] : [{ query: linkedQuery }];
const remembered = JSON.parse(localStorage.getItem('graphiql:tabState'));
const shown = linked[0] ?? remembered?.tabs[remembered.activeTabIndex] ?? tabs[0];

self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_moduleId, label) => workers[label] ?? workers.editorWorkerService,
};

// A gateway that needs no credentials gets none until a token is filled in.
const isFilledIn = ([name, value]) =>
  name.toLowerCase() !== 'authorization' || !/^(Bearer)?\\s*$/i.test(value);

function send(url, accept, operation, headers, signal) {
  return fetch(url, {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(operation),
    signal,
  });
}

// The events of a subscription. A refusal is one result.
async function* readEvents(operation, headers, signal) {
  const response = await send(endpoint + '/stream', 'text/event-stream', operation, headers, signal);
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) {
    yield await response.json();
    return;
  }
  let rest = '';
  for await (const text of chunksOf(response.body.pipeThrough(new TextDecoderStream()))) {
    const events = (rest + text).split('\\n\\n');
    rest = events.pop();
    for (const event of events) {
      const data = /^data: (.+)$/m.exec(event);
      if (data) yield JSON.parse(data[1]);
    }
  }
}

// Not every browser iterates streams.
async function* chunksOf(stream) {
  const reader = stream.getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value;
}

// "Stop" closes the connection at once.
function subscribe(operation, headers) {
  const connection = new AbortController();
  const events = readEvents(operation, headers, connection.signal);
  const end = { done: true, value: undefined };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => events.next().catch((error) => (connection.signal.aborted ? end : Promise.reject(error))),
    return() {
      connection.abort();
      return Promise.resolve(end);
    },
  };
}

const isSubscription = (documentAST, operationName) =>
  documentAST?.definitions.some(
    ({ operation, name }) =>
      operation === 'subscription' && (operationName == null || name?.value === operationName),
  ) ?? false;

async function fetcher(operation, { headers, documentAST } = {}) {
  const filledIn = Object.fromEntries(Object.entries(headers ?? {}).filter(isFilledIn));
  if (isSubscription(documentAST, operation.operationName)) return subscribe(operation, filledIn);
  const response = await send(endpoint, 'application/json', operation, filledIn);
  return response.json();
}

addEventListener('DOMContentLoaded', () => {
  // Queries may hold people's IDs: they stay out of the address and of the browser's history.
  history.replaceState(null, '', location.pathname);
  YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
    fetcher,
    logo: '',
    title: explorer ? React.createElement('a', { href: explorer }, 'Apollo Explorer') : '',
    headers,
    query: shown.query,
    variables: shown.variables,
    // Only for the first visit.
    defaultTabs: [...linked, ...tabs].map((tab) => ({ ...tab, headers })),
    defaultEditorToolsVisibility: needsToken ? 'headers' : 'variables',
    shouldPersistHeaders: false,
    onEditQuery() {},
  });
});
`;
