import type { ApiName, RecordedCall } from './call-log';
import type { Answer } from './envelope';
import { ErrorCode, messageOf } from './error-codes';

/** A fault to inject. Without `answer`, it delays, cuts or pads the genuine answer. */
export interface Fault {
  /** Only calls of this API; by default of any API. */
  api?: ApiName;
  /** Only calls for which this returns true. Their status and code are not set yet. */
  when?: (call: RecordedCall) => boolean;
  /** The number of calls that the fault applies to: 1 by default, `Infinity` for all. */
  times?: number;
  /** The delay in milliseconds from the arrival of the call to the answer or `reset`. */
  delayMs?: number;
  /** Replaces the genuine answer. Tokens and quota are not checked. */
  answer?: ScriptedAnswer;
  /** `reset`: no answer. `cut-body`: the content length of the whole answer, and half of its body. */
  connection?: 'reset' | 'cut-body';
  /** Pads the answer with white space, which is valid JSON, to this size, without a content length. */
  oversizedBodyBytes?: number;
}

export interface ScriptedAnswer {
  status: number;
  /** By default 0 for a 2xx status, 99991400 for 429, otherwise 1580101. */
  code?: number;
  /** By default the message of the code. */
  msg?: string;
  headers?: Record<string, string>;
  /** Added to `error` beside the log ID, e.g. `field_violations`. A success has no `error` by default. */
  error?: object;
  /** The `data` of the envelope; by default an empty object for a success and absent for a failure. */
  data?: object;
  /** Sent unchanged, e.g. malformed JSON. Then only status and headers apply besides. */
  rawBody?: string;
}

/** The faults that have not happened yet. */
export interface FaultScript {
  add(fault: Fault): void;
  /** Returns the first fault that fits the call, and removes it after its number of calls. */
  take(call: RecordedCall): Fault | undefined;
}

export function createFaultScript(): FaultScript {
  let faults: { fault: Fault; timesLeft: number }[] = [];
  return {
    add(fault) {
      faults.push({ fault, timesLeft: fault.times ?? 1 });
    },
    take(call) {
      const entry = faults.find(({ fault }) => fits(fault, call));
      if (!entry) return undefined;
      entry.timesLeft -= 1;
      faults = faults.filter(({ timesLeft }) => timesLeft > 0);
      return entry.fault;
    },
  };
}

export function scriptedAnswer(scripted: ScriptedAnswer, logId: string): Answer {
  const { status, headers = {}, rawBody } = scripted;
  if (rawBody !== undefined) return { status, headers, text: rawBody };
  const code = scripted.code ?? defaultCode(status);
  const { msg = messageOf(code), data = code === 0 ? {} : undefined } = scripted;
  const hasError = code !== 0 || scripted.error !== undefined;
  const error = hasError ? { log_id: logId, ...scripted.error } : undefined;
  return { status, code, headers, text: JSON.stringify({ code, msg, data, error }) };
}

function fits({ api, when }: Fault, call: RecordedCall): boolean {
  return (api === undefined || api === call.api) && (when === undefined || when(call));
}

function defaultCode(status: number): number {
  if (status < 300) return 0;
  return status === 429 ? ErrorCode.rateLimited : ErrorCode.internalError;
}
