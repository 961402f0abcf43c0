import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { ExecutionResult } from 'graphql';
import { GatewayError } from '../domain/errors';
import type { GraphQLContext, StreamContext, StreamResults } from '../graphql/context';
import type { FastResponse } from '../graphql/fast-path/fast-path';
import { openStream } from '../graphql/streams/open-stream';
import { toClientResult, toLastResult } from '../graphql/streams/client-result';
import type { Safelist } from '../graphql/limits/safelist';
import { createAdmission, refuse, type Admission, type AdmissionOptions } from './admission';
import { resolveDocumentId } from './document-id';
import { errorBody } from './error-body';
import { isTooLong, TOO_MANY_TOKENS } from './long-operation';
import type { OpenStreams } from './open-streams';
import { sendStream } from './send-stream';
import { paced, toEvents } from './stream-events';
import { createStreamLife, type StreamLife } from './stream-life';

/** The path of streams. A path of its own lets a proxy give it other timeouts, and no buffer. */
const PATH = '/graphql/stream';

export interface StreamRouteOptions extends Omit<AdmissionOptions, 'servesLandingPage'> {
  readonly apollo: ApolloServer<GraphQLContext>;
  readonly createStreamContext: (
    admission: Admission,
    life: StreamLife,
    start: { readonly lastEventId: string | undefined },
  ) => StreamContext;
  readonly safelist: Safelist | undefined;
  readonly streams: OpenStreams;
  readonly onDefect: (error: unknown, requestId: string) => void;
}

/** Registered after `/graphql`, which declares `request.admission`. */
export function registerStreams(server: FastifyInstance, options: StreamRouteOptions): void {
  const { apollo, createStreamContext, safelist, streams } = options;
  server.route({
    url: PATH,
    method: 'POST',
    onRequest: [
      createRoomCheck(streams),
      createAdmission({ ...options, slotKind: 'stream', servesLandingPage: false }),
    ],
    async handler(request, reply) {
      const { admission, body, headers } = request;
      if (!admission) throw new Error('a stream: expected an admission, got none');
      const fault = resolveDocumentId(request, safelist);
      if (fault) return reply.code(400).send(errorBody(fault.message, { code: fault.code }));
      if (isTooLong(body)) return reply.code(400).send(TOO_MANY_TOKENS);
      const life = createStreamLife(admission, options);
      const context = createStreamContext(admission, life, {
        lastEventId: textOf(headers['last-event-id']),
      });
      streams.add(life);
      try {
        const opened = await openStream(apollo, body, context);
        if (isResponse(opened)) refuseStream(reply, opened);
        else await send(request, reply, context, { life, results: opened }, options);
      } finally {
        life.finish('closed');
      }
      return reply;
    },
  });
  server.route({
    url: PATH,
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    handler: (_request, reply) => reply.code(405).header('allow', 'POST').send(NOT_ALLOWED),
  });
}

const NOT_ALLOWED = errorBody('method: expected POST with a subscription, got another', {
  code: 'BAD_REQUEST',
});

function createRoomCheck(streams: OpenStreams): onRequestHookHandler {
  return (_request, reply, done) => {
    try {
      streams.requireRoom();
      done();
    } catch (error) {
      if (error instanceof GatewayError) refuse(reply, error, 503);
      else done(error as Error);
    }
  };
}

interface OpenedStream {
  readonly life: StreamLife;
  readonly results: StreamResults;
}

async function send(
  { id }: FastifyRequest,
  reply: FastifyReply,
  { stream }: StreamContext,
  { life, results }: OpenedStream,
  { onDefect }: StreamRouteOptions,
): Promise<void> {
  const toLast = (error: unknown): readonly ExecutionResult[] => {
    if (!(error instanceof GatewayError)) onDefect(error, id);
    return [toLastResult(error)];
  };
  const clientResults = paced(mapped(results), { life, toLast });
  const events = await toEvents(clientResults);
  const { taken } = clientResults;
  await sendStream(reply, { events, life, taken, eventId: stream.eventId });
}

async function* mapped(results: StreamResults): AsyncGenerator<ExecutionResult, void, void> {
  for await (const result of results) yield toClientResult(result);
}

function isResponse(opened: StreamResults | FastResponse): opened is FastResponse {
  return 'status' in opened;
}

function refuseStream(reply: FastifyReply, { status, headers, body }: FastResponse): void {
  for (const [name, value] of headers) void reply.header(name, value);
  void reply.code(status).send(body);
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
