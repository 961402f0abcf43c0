import { ROUTERS, startSupergraph, type RouterName } from './supergraph';

/** The process of `npm run example:supergraph`; `-- hive` selects the other router. */
async function main([name = 'apollo']: readonly string[]): Promise<void> {
  if (!isRouter(name)) {
    throw new Error(`router: expected one of ${Object.keys(ROUTERS).join(', ')}, got "${name}"`);
  }
  const supergraph = await startSupergraph(name);
  const semesterId = supergraph.emulator.semesters.at(-1)?.id ?? '';
  const query = `{ team { name members { name stageTasks(semesterId: "${semesterId}") { stageTasks { name { text } deadline status } } } } }`;
  console.log(`A supergraph behind ${name} at ${supergraph.url}

200 people and their tasks, for 4 calls to Feishu. Without the token you get only the people:

curl -s ${supergraph.url} -H 'content-type: application/json' -H 'authorization: Bearer ${supergraph.token}' -d '${JSON.stringify({ query })}'

Ctrl-C stops it.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void supergraph.close());
  }
}

function isRouter(name: string): name is RouterName {
  return name in ROUTERS;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
