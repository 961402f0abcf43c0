import type { Abuse } from './abuse-request';

export async function sendAbuse(
  { url }: { readonly url: string },
  { method, search, headers, body }: Abuse,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/graphql${search}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  return { status: response.status, text: await response.text() };
}
