/** The part of `fetch` that Apollo's plugin uses. */
type Fetch = (
  url: string,
  init: { method: 'POST'; headers: Record<string, string>; body: string },
) => Promise<Pick<Response, 'ok' | 'status'>>;

export interface CallbackFetch {
  readonly fetch: Fetch;
  /** Resolves when all requests so far have ended. Apollo's plugin does not wait for the last one of a stream. */
  readonly settled: () => Promise<unknown>;
}

interface CallbackBody {
  readonly action: string;
  readonly payload?: { readonly errors?: readonly CallbackError[] };
  readonly errors?: readonly CallbackError[];
}

interface CallbackError {
  readonly message: string;
  readonly extensions?: { readonly code?: unknown };
}

const TIMEOUT_MS = 5_000;
/** What ends a subscription in the callback protocol. */
const GONE = 404;
const REFUSED = 400;

/**
 * Calls a router back. It follows no redirect, because only the URL itself was checked, and hides messages of defects
 * as responses do.
 */
export function createCallbackFetch(onDefect: (error: Error) => void): CallbackFetch {
  const inFlight = new Set<Promise<unknown>>();
  const send = createSend(onDefect);
  return {
    fetch(url, init) {
      const sent = send(url, init);
      const settled = sent.catch(() => undefined).finally(() => inFlight.delete(settled));
      inFlight.add(settled);
      return sent;
    },
    settled: () => Promise.all(inFlight),
  };
}

function createSend(onDefect: (error: Error) => void): Fetch {
  return async (url, init) => {
    const body = JSON.parse(init.body) as CallbackBody;
    const response = await fetch(url, {
      ...init,
      body: JSON.stringify(withoutDefects(body, onDefect)),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      // Apollo's plugin does not catch the failure of the last message, which would stop the process.
      if (body.action === 'complete') return Response.json(null, { status: GONE });
      throw error;
    });
    // An unread body would keep the connection busy.
    await response.body?.cancel();
    const { ok, status } = response;
    if (!ok && body.action === 'complete') return { ok, status: GONE };
    // After a first check with 404, Apollo's plugin would go on. Later ones end the stream with either status.
    if (status === GONE && body.action === 'check') return { ok, status: REFUSED };
    return { ok, status };
  };
}

function withoutDefects(body: CallbackBody, onDefect: (error: Error) => void): CallbackBody {
  const { payload, errors } = body;
  const mask = (error: CallbackError): CallbackError => {
    if (typeof error.extensions?.code === 'string') return error;
    onDefect(new Error(error.message));
    return { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
  };
  return {
    ...body,
    ...(payload && {
      payload: { ...payload, ...(payload.errors && { errors: payload.errors.map(mask) }) },
    }),
    ...(errors && { errors: errors.map(mask) }),
  };
}
