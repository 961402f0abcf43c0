import type { Presented } from './authenticator';

const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/** Node joins headers that are sent twice, and keeps the first `Authorization`. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

export function presentedIn(headers: RequestHeaders, address: string): Presented {
  const header = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const authorization = header('authorization');
  return {
    hasAuthorization: authorization !== undefined,
    bearer: BEARER.exec(authorization ?? '')?.[1],
    header,
    address,
  };
}
