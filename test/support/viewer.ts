import type { TestGateway } from './gateway';

interface Viewer {
  readonly id: string;
  readonly idType: string;
}

/** Asks the gateway which user these headers authenticate. */
export async function viewerOf(gateway: TestGateway, headers: Record<string, string>) {
  const answer = await gateway.query<{ viewer: Viewer }, object>(
    '{ viewer { id idType } }',
    {},
    headers,
  );
  return {
    status: answer.status,
    viewer: answer.data?.viewer,
    code: answer.codes[0],
    retryAfter: answer.headers.get('retry-after'),
  };
}
