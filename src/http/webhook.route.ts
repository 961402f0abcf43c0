import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FeishuEvent } from '../webhook/envelope';
import type { OpenRequest, Refusal } from '../webhook/open-request';
import { onceClosed } from './once-closed';
import { addressOf } from './rate-limit';

/** Why no event was read: a refusal, too many requests of an address, or a body over the limit. */
export type WebhookRefusal = Refusal | 'rate' | 'size' | 'unreadable';

export interface WebhookRouteOptions {
  readonly requests: OpenRequest;
  /** Works on an event. Called after Feishu has its response. Must not throw. */
  readonly onEvent: (event: FeishuEvent) => void;
  readonly onUrlCheck: () => void;
  readonly onRefused: (refusal: WebhookRefusal) => void;
  /** Counts one request of an address. @throws GatewayError `RATE_LIMITED` */
  readonly countRequest: (address: string) => void;
}

const PATH = '/webhooks/feishu';
/** An event about 1,000 people has about 300 KB, encrypted a third more. */
const BODY_LIMIT_BYTES = 512 * 1024;
const STATUS_OF: Readonly<Record<WebhookRefusal, number>> = {
  signature: 401,
  timestamp: 401,
  token: 401,
  body: 400,
  unreadable: 400,
  size: 413,
  rate: 429,
};

/**
 * The route of Feishu's events. It reads the bytes as they were sent, because they are signed. Feishu repeats an event
 * that is not acknowledged in time, so the response comes first and the work after it.
 */
export async function registerWebhook(
  server: FastifyInstance,
  options: WebhookRouteOptions,
): Promise<void> {
  const { requests, onEvent, onUrlCheck, onRefused } = options;
  const refuse = (reply: FastifyReply, refusal: WebhookRefusal) => {
    onRefused(refusal);
    return reply.code(STATUS_OF[refusal]).send();
  };

  function handle({ headers, body }: FastifyRequest, reply: FastifyReply): FastifyReply {
    const opened = requests.open(headers, Buffer.isBuffer(body) ? body : Buffer.alloc(0));
    if (typeof opened === 'string') return refuse(reply, opened);
    if (opened.kind === 'url-check') {
      onUrlCheck();
      return reply.send({ challenge: opened.challenge });
    }
    onceClosed(reply, () => {
      onEvent(opened);
    });
    return reply.send({});
  }

  await server.register((route, _options, done) => {
    route.removeAllContentTypeParsers();
    route.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => {
      parsed(null, body);
    });
    route.setErrorHandler<Error & { statusCode?: number }>(({ statusCode }, _request, reply) =>
      refuse(reply, statusCode === 413 ? 'size' : 'unreadable'),
    );
    route.post(PATH, {
      bodyLimit: BODY_LIMIT_BYTES,
      // A forged name of the host is no danger: the request proves by itself that Feishu has sent it.
      config: { anyHost: true },
      onRequest(request, reply, next) {
        const refusal = refuseUnread(options, request);
        if (refusal) void refuse(reply, refusal);
        else next();
      },
      handler: handle,
    });
    done();
  });
}

/** Refuses before the body is read, so that a flood costs little. */
function refuseUnread(
  { requests, countRequest }: WebhookRouteOptions,
  request: FastifyRequest,
): WebhookRefusal | undefined {
  try {
    countRequest(addressOf(request));
  } catch {
    return 'rate';
  }
  return requests.refuseEarly(request.headers);
}
