import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Audit, LimitKind } from '../auth/audit';
import type { Authenticate } from '../auth/authenticate';
import { credentialsIn } from '../auth/request-credentials';
import { GatewayError, retryAfterSeconds, type ErrorCode } from '../domain/errors';
import { UNAUTHENTICATED, type Principal } from '../domain/principal';
import { bodyOf } from './error-body';
import { prefersHtml } from './landing-page';
import type { AcquireSlot, Slot } from './concurrency-limit';
import { onceClosed } from './once-closed';
import { addressOf, type CountRequest } from './rate-limit';
import { createRequestScope, type RequestScope } from './request-scope';

/** A request that was admitted: its deadline and its principal. */
export interface Admission {
  readonly scope: RequestScope;
  readonly principal: Principal;
  /** Counts the request among the principal's requests in progress. */
  readonly slot: Slot;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** `null` until the request is admitted. */
    admission: Admission | null;
  }
}

export interface AdmissionOptions {
  readonly authenticate: Authenticate;
  readonly countRequest: CountRequest;
  readonly acquireSlot: AcquireSlot;
  /** Headers that carry credentials: `Authorization`, and those of a trusted router. */
  readonly identityHeaders: readonly string[];
  readonly audit: Pick<Audit, 'limited'>;
  /** Whether browsers see the landing page, which needs no credentials. */
  readonly servesLandingPage: boolean;
  /** The total time of one GraphQL request, including authentication. */
  readonly deadlineMs: number;
  readonly nowMs: () => number;
}

/**
 * Returns a hook that authenticates a request and applies the limits of its principal. It runs before the body is
 * read, so that a refused request costs little.
 */
export function createAdmission(options: AdmissionOptions) {
  const { authenticate, countRequest, acquireSlot, audit, servesLandingPage, deadlineMs, nowMs } =
    options;

  async function identify(request: FastifyRequest, scope: RequestScope): Promise<Principal> {
    // If Apollo finds a query in this request after all, the route refuses to run it.
    if (servesLandingPage && prefersHtml(request)) return UNAUTHENTICATED;
    const lines = request.raw.headersDistinct;
    return authenticate(credentialsIn(lines, addressOf(request), options.identityHeaders), scope);
  }

  /** Applies the rate limit and the concurrency limit. @throws GatewayError `RATE_LIMITED` */
  function applyLimits(request: FastifyRequest, reply: FastifyReply, principal: Principal): Slot {
    const address = addressOf(request);
    const audited = <T>(limit: LimitKind, apply: () => T): T => {
      try {
        return apply();
      } catch (error) {
        audit.limited(limit, principal, request.id);
        throw error;
      }
    };
    audited('rate', () => {
      countRequest(principal, address);
    });
    const slot = audited('concurrency', () => acquireSlot(principal, address));
    onceClosed(reply, slot.retain());
    return slot;
  }

  return async (request: FastifyRequest, reply: FastifyReply) => {
    const scope = createRequestScope(request, reply, deadlineMs, nowMs());
    try {
      const principal = await identify(request, scope);
      const slot = applyLimits(request, reply, principal);
      request.admission = { scope, principal, slot };
      return undefined;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return sendRefusal(reply, error);
    }
  };
}

const STATUS_OF: Readonly<Partial<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
};

/** All other codes mean that the credentials cannot be verified now. With 503, the client may retry. */
function statusOf({ code }: GatewayError): number {
  return STATUS_OF[code] ?? 503;
}

function sendRefusal(reply: FastifyReply, error: GatewayError): FastifyReply {
  const seconds = retryAfterSeconds(error);
  const status = statusOf(error);
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  if (seconds !== undefined) void reply.header('retry-after', seconds);
  return reply.code(status).send(bodyOf(error));
}
