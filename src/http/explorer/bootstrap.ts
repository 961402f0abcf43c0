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

async function fetcher(operation, { headers } = {}) {
  const filledIn = Object.fromEntries(Object.entries(headers ?? {}).filter(isFilledIn));
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...filledIn },
    body: JSON.stringify(operation),
  });
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
