import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Audit, LimitKind } from '../auth/audit';
import type { Authenticate, AuthenticatedRequest } from '../auth/authenticate';
import { credentialsIn } from '../auth/request-credentials';
import { GatewayError, retryAfterSeconds, type ErrorCode } from '../domain/errors';
import { UNAUTHENTICATED, type Principal } from '../domain/principal';
import type { Tracer } from '../domain/spans';
import { bodyOf } from './error-body';
import { prefersHtml } from './landing-page';
import type { AcquireSlot, Slot } from './concurrency-limit';
import { onceClosed } from './once-closed';
import { addressOf, type CountRequest } from './rate-limit';
import { createRequestScope, type RequestScope } from './request-scope';
import { endWithResponse, traceRequest } from './traced-request';

/** A request that was admitted: its deadline and its principal. */
export interface Admission {
  readonly scope: RequestScope;
  readonly principal: Principal;
  /** Counts the request among the principal's requests in progress. */
  readonly slot: Slot;
  /**
   * Verifies the credentials of the request again, for work that outlives it.
   * @throws GatewayError `UNAUTHENTICATED`, or another code if they cannot be verified now
   */
  readonly verifyAgain: (signal: AbortSignal) => Principal | Promise<Principal>;
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
  /** Makes ready what belongs to the principal's company. @throws GatewayError `RATE_LIMITED` if too many are served */
  readonly useTenant: (tenantKey: string | null) => unknown;
  /** Headers that carry credentials: `Authorization`, and those of a trusted router. */
  readonly identityHeaders: readonly string[];
  readonly audit: Pick<Audit, 'limited'>;
  /** What `acquireSlot` counts: requests in progress, by default. */
  readonly slotKind?: Extract<LimitKind, 'concurrency' | 'stream'>;
  /** Whether browsers see the landing page, which needs no credentials. */
  readonly servesLandingPage: boolean;
  /** The total time of one GraphQL request, including authentication. */
  readonly deadlineMs: number;
  readonly nowMs: () => number;
  /** `undefined` if traces are off. */
  readonly tracer: Tracer | undefined;
}

/**
 * Returns a hook that authenticates a request and applies the limits of its principal. It runs before the body is
 * read, so that a refused request costs little. It waits only if an authenticator does.
 */
export function createAdmission(options: AdmissionOptions): onRequestHookHandler {
  const { deadlineMs, nowMs, tracer } = options;
  const identify = createIdentify(options);
  const applyLimits = createLimits(options);
  return (request, reply, done) => {
    const scope = createRequestScope(request, reply, deadlineMs, nowMs);
    if (tracer) scope.span = traceRequest(tracer, request);
    const address = addressOf(request);
    const verifyAgain = (signal: AbortSignal) =>
      identify(request, address, { requestId: scope.requestId, signal });
    const admit = (principal: Principal): Admission => {
      const slot = applyLimits(request, principal, address);
      onceClosed(reply, slot.retain());
      if (scope.span && principal !== UNAUTHENTICATED) endWithResponse(scope.span, reply);
      return { scope, principal, slot, verifyAgain };
    };
    const accept = (admission: Admission) => {
      request.admission = admission;
      done();
    };
    const onError = (error: unknown) => {
      if (error instanceof GatewayError) refuse(reply, error);
      else done(error as Error);
    };

    let admission: Admission | Promise<Admission>;
    try {
      const principal = identify(request, address, scope);
      admission = principal instanceof Promise ? principal.then(admit) : admit(principal);
    } catch (error) {
      onError(error);
      return;
    }
    if (admission instanceof Promise) void admission.then(accept, onError);
    else accept(admission);
  };
}

function createIdentify({ authenticate, identityHeaders, servesLandingPage }: AdmissionOptions) {
  return (request: FastifyRequest, address: string, life: AuthenticatedRequest) => {
    // If Apollo finds a query in this request after all, the route refuses to run it.
    if (servesLandingPage && prefersHtml(request)) return UNAUTHENTICATED;
    return authenticate(credentialsIn(request.raw.rawHeaders, address, identityHeaders), life);
  };
}

/** Applies the rate limit, the limit of companies and the concurrency limit. @throws GatewayError `RATE_LIMITED` */
function createLimits(options: AdmissionOptions) {
  const { countRequest, acquireSlot, useTenant, audit, slotKind = 'concurrency' } = options;
  return ({ id }: FastifyRequest, principal: Principal, address: string): Slot => {
    let limit: LimitKind = 'rate';
    try {
      countRequest(principal, address);
      limit = 'tenant';
      if (principal !== UNAUTHENTICATED) useTenant(principal.tenantKey);
      limit = slotKind;
      return acquireSlot(principal, address);
    } catch (error) {
      audit.limited(limit, principal, id);
      throw error;
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

export function refuse(reply: FastifyReply, error: GatewayError, status = statusOf(error)): void {
  const seconds = retryAfterSeconds(error);
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  if (seconds !== undefined) void reply.header('retry-after', seconds);
  void reply.code(status).send(bodyOf(error));
}
