import type { Clock } from '../domain/clock';
import type { GatewayError, UpstreamTrace } from '../domain/errors';
import type { Secret } from '../domain/secret';
import type { AttemptSpan, CallSpan } from '../domain/spans';
import type { Logger } from '../observability/logger';
import type { UpstreamAttempt } from '../observability/metrics';
import { abortable } from '../domain/abortable';
import { classify, type DecodeAnswer, type Outcome } from './classify';
import type { Credentials } from './credentials';
import { OWN_ROWS, type FailureRow } from './error-table';
import { toGatewayError, withoutAnswer, type Failure } from './failure';
import { logFailure } from './failure-log';
import { AppNotInstalled } from './ports';
import { nextStep, type Attempts, type NextStep } from './retry';
import { TransportError, type Transport, type TransportRequest } from './transport';

/** One endpoint's request: what to send and how to read the answer. */
export interface FeishuRequest<T> {
  /** The endpoint's name in logs and metrics. */
  readonly api: string;
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly body?: object;
  /** Where credentials are sent; by default the token in `Authorization: Bearer`. */
  readonly authenticate?: (token: Secret | undefined) => Authentication;
  /** `optional`: the answer follows RFC 6749, and may have no `code`. */
  readonly envelope?: 'optional';
  readonly decode: DecodeAnswer<T>;
  /** The users that share the call, if it is a call for users. */
  readonly userIds?: readonly string[];
}

/** The part of a request that holds secrets. It is never logged. */
export interface Authentication {
  readonly authorization?: string;
  /** Added to the fields of the body. */
  readonly body?: object;
}

/** The deadline and quota hooks of a call. */
export interface CallContext {
  /** Aborts at the deadline, and when no operation waits for the call any more. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
  /** Called before each attempt, because each one spends quota. */
  readonly onAttempt?: () => void;
  /** Counts a retry against the quota. Resolves to false if the quota has no call left in time. */
  readonly admitRetry?: () => Promise<boolean>;
  /** `undefined` if no operation that waits for the call is traced. */
  readonly span?: CallSpan | undefined;
}

export interface FeishuClientOptions {
  readonly transport: Pick<Transport, 'send'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly onAttempt: (attempt: UpstreamAttempt) => void;
}

export interface FeishuAnswer<T> {
  readonly value: T;
  /** What Feishu's support needs to find the call again. */
  readonly trace: UpstreamTrace;
}

/** The client of Feishu's HTTP API. */
export interface FeishuClient {
  /**
   * Makes one call, with retries: deadline → token → send → decode → classify → retry.
   * @throws GatewayError with one of the `UPSTREAM_…` codes; for a user's own token also `UNAUTHENTICATED`
   * or `FORBIDDEN`
   */
  call<T>(
    request: FeishuRequest<T>,
    credentials: Credentials,
    context: CallContext,
  ): Promise<FeishuAnswer<T>>;
}

export function createFeishuClient(options: FeishuClientOptions): FeishuClient {
  return { call: (request, credentials, context) => call(options, request, credentials, context) };
}

async function call<T>(
  options: FeishuClientOptions,
  request: FeishuRequest<T>,
  credentials: Credentials,
  context: CallContext,
): Promise<FeishuAnswer<T>> {
  const { clock, random, log } = options;
  const failWith = (failure: Failure) =>
    toGatewayError(failure, credentials.kind === 'user', request.userIds);
  let attempts: Attempts = { backoffs: 0, tokenRenewed: false };
  for (let last: Failure | undefined; ;) {
    requireTimeLeft(context, clock);
    const token = await tokenFor(credentials, context);
    // Count a retry last, just before it is sent, so that no failure in between wastes quota.
    if (last && !(await isAdmitted(context))) throw failWith(last);
    const outcome = await exchange(options, request, token, context);
    if (outcome.ok) return outcome;

    const failure = (last = outcome.failure);
    const remainingMs = context.deadlineAtMs - clock.now();
    let step = nextStep(failure, attempts, { remainingMs, random });
    if (step.kind === 'renew-token' && !credentials.drop(token)) step = { kind: 'give-up' };
    logFailure(log, request, failure, step.kind);

    if (step.kind === 'give-up') {
      const error = failWith(failure);
      if (error instanceof AppNotInstalled) credentials.pause?.(error);
      throw error;
    }
    attempts = countStep(attempts, failure, step);
    if (step.kind === 'wait') await clock.sleep(step.ms, context.signal).catch(() => undefined);
  }
}

async function isAdmitted({ admitRetry, signal }: CallContext): Promise<boolean> {
  const admitted = (await admitRetry?.()) ?? true;
  if (signal.aborted) throw aborted(signal);
  return admitted;
}

function requireTimeLeft(context: CallContext, clock: Clock): void {
  if (context.signal.aborted) throw aborted(context.signal);
  if (clock.now() >= context.deadlineAtMs) {
    throw toGatewayError(withoutAnswer(OWN_ROWS.deadline));
  }
}

/** Many calls may wait for the same token, so an aborted call only stops its own waiting. */
function tokenFor(credentials: Credentials, { signal }: CallContext): Promise<Secret | undefined> {
  return abortable(credentials.token(), signal, () => aborted(signal));
}

/** Sends one attempt and classifies the answer; a missing answer also becomes a failure. */
async function exchange<T>(
  { transport, clock, onAttempt }: FeishuClientOptions,
  request: FeishuRequest<T>,
  token: Secret | undefined,
  context: CallContext,
): Promise<Outcome<T>> {
  const startedAtMs = clock.now();
  context.onAttempt?.();
  const attempt = context.span?.startAttempt(request.method, request.path);
  // undici ignores the signal until it has a connection, so `abortable` ends the waiting for one.
  const sent = abortable(
    transport.send(toTransportRequest(request, token, context.signal, attempt)),
    context.signal,
    () => new TransportError('aborted'),
  );
  const outcome = await sent.then(
    (reply) => classify(reply, request.decode, request.envelope),
    (error: unknown): Outcome<T> => ({ ok: false, failure: failureOf(error, context.signal) }),
  );
  const { trace } = outcome.ok ? outcome : outcome.failure;
  const failure = outcome.ok ? undefined : outcome.failure.row.kind;
  attempt?.end(trace, failure);
  onAttempt({
    api: request.api,
    outcome: failure ?? 'ok',
    durationMs: clock.now() - startedAtMs,
    ...(request.userIds && { users: request.userIds.length }),
  });
  return outcome;
}

function toTransportRequest(
  request: FeishuRequest<unknown>,
  token: Secret | undefined,
  signal: AbortSignal,
  attempt: AttemptSpan | undefined,
): TransportRequest {
  const { authorization, body } = (request.authenticate ?? withBearer)(token);
  const hasBody = request.body !== undefined || body !== undefined;
  return {
    method: request.method,
    path: request.path,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      // Otherwise Feishu may compress the answer, and the gateway does not decompress it. (fact 40)
      'accept-encoding': 'identity',
      ...(authorization !== undefined && { authorization }),
      ...(attempt?.traceparent !== undefined && { traceparent: attempt.traceparent }),
    },
    ...(hasBody && { body: JSON.stringify({ ...request.body, ...body }) }),
    signal,
  };
}

function withBearer(token: Secret | undefined): Authentication {
  return token ? { authorization: `Bearer ${token.reveal()}` } : {};
}

function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (!(error instanceof TransportError)) throw error;
  switch (error.fault) {
    case 'aborted':
      return withoutAnswer(rowOfAbort(signal), error);
    case 'slow':
      return withoutAnswer(OWN_ROWS.slow, error);
    case 'too-large':
      return withoutAnswer(OWN_ROWS.malformed, error);
    case 'unreachable':
      return withoutAnswer(OWN_ROWS.unreachable, error);
  }
}

function aborted(signal: AbortSignal): GatewayError {
  return toGatewayError(withoutAnswer(rowOfAbort(signal), signal.reason));
}

/** A TimeoutError means that the deadline has passed; any other reason, that the client disconnected. */
function rowOfAbort(signal: AbortSignal): FailureRow {
  const late = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
  return late ? OWN_ROWS.deadline : OWN_ROWS.abandoned;
}

function countStep(attempts: Attempts, failure: Failure, step: NextStep): Attempts {
  return {
    backoffs: attempts.backoffs + (failure.row.retry === 'backoff' ? 1 : 0),
    tokenRenewed: attempts.tokenRenewed || step.kind === 'renew-token',
  };
}
