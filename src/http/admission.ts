import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Audit, LimitKind } from '../auth/audit';
import type { Authenticate } from '../auth/authenticate';
import { credentialsIn } from '../auth/request-credentials';
import { GatewayError, retryAfterSeconds, type ErrorCode } from '../domain/errors';
import { UNAUTHENTICATED, type Principal } from '../domain/principal';
import { bodyOf } from './error-body';
import { asksForPage } from './landing-page';
import type { EnterRequest, Place } from './concurrency-limit';
import { onceClosed } from './once-closed';
import { addressOf, type CountRequest } from './rate-limit';
import { createRequestScope, type RequestScope } from './request-scope';

/** A request that is let in: how long it has, and who sends it. */
export interface Admission {
  readonly scope: RequestScope;
  readonly principal: Principal;
  /** Among the principal's requests in progress. */
  readonly place: Place;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** `null` until it has been decided who is asking. */
    admission: Admission | null;
  }
}

export interface AdmissionOptions {
  readonly authenticate: Authenticate;
  readonly countRequest: CountRequest;
  readonly enterRequest: EnterRequest;
  /** `Authorization`, and those in which a trusted router says for whom it asks. */
  readonly identityHeaders: readonly string[];
  readonly audit: Pick<Audit, 'limited'>;
  /** Browsers are shown a page, which needs no credentials. */
  readonly showsPage: boolean;
  /** The total time of one GraphQL request, finding out who asks included. */
  readonly deadlineMs: number;
  readonly nowMs: () => number;
}

/** Decides before GraphQL, and before the body is read, who is asking and whether that may go on. */
export function createAdmission(options: AdmissionOptions) {
  const { authenticate, countRequest, enterRequest, audit, showsPage, deadlineMs, nowMs } = options;

  async function whoSends(request: FastifyRequest, scope: RequestScope): Promise<Principal> {
    // Should Apollo take it for a query after all, it is unauthenticated, and is not run.
    if (showsPage && asksForPage(request)) return UNAUTHENTICATED;
    const lines = request.raw.headersDistinct;
    return authenticate(credentialsIn(lines, addressOf(request), options.identityHeaders), scope);
  }

  /** Counts the request in its window, and among those in progress. */
  function count(request: FastifyRequest, reply: FastifyReply, principal: Principal): Place {
    const address = addressOf(request);
    const audited = <T>(limit: LimitKind, take: () => T): T => {
      try {
        return take();
      } catch (error) {
        audit.limited(limit, principal, request.id);
        throw error;
      }
    };
    audited('rate', () => {
      countRequest(principal, address);
    });
    const place = audited('concurrency', () => enterRequest(principal, address));
    onceClosed(reply, place.keep());
    return place;
  }

  return async (request: FastifyRequest, reply: FastifyReply) => {
    const scope = createRequestScope(request, reply, deadlineMs, nowMs());
    try {
      const principal = await whoSends(request, scope);
      const place = count(request, reply, principal);
      request.admission = { scope, principal, place };
      return undefined;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return turnAway(reply, error);
    }
  };
}

const STATUS_OF: Readonly<Partial<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
};

/** Where the issuer of the credentials cannot be asked now, the client may try again: 503. */
function statusOf({ code }: GatewayError): number {
  return STATUS_OF[code] ?? 503;
}

function turnAway(reply: FastifyReply, error: GatewayError): FastifyReply {
  const seconds = retryAfterSeconds(error);
  const status = statusOf(error);
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  if (seconds !== undefined) void reply.header('retry-after', seconds);
  return reply.code(status).send(bodyOf(error));
}
