import type { ApiName, RecordedCall } from './call-log';
import type { Answer } from './envelope';
import { ErrorCode, messageOf } from './error-codes';

/** A misbehaviour to order. Without an `answer`, the genuine one is what is delayed, cut or padded. */
export interface Fault {
  /** Only calls of this API; of any API without it. */
  api?: ApiName;
  /** Only calls that this says yes to. Status and code are not known yet. */
  when?: (call: RecordedCall) => boolean;
  /** How many calls it is good for: 1 by default, `Infinity` for ever. */
  times?: number;
  /** Milliseconds between arrival and answer, or between arrival and `reset`. */
  delayMs?: number;
  /** Sent instead of the genuine answer, before tokens and quota are looked at. */
  answer?: ScriptedAnswer;
  /** `reset`: no answer at all. `cut-body`: the whole length is promised, and half of it is sent. */
  connection?: 'reset' | 'cut-body';
  /** Pads the answer with white space, which is legal JSON, to this size; its length is not announced. */
  oversizedBodyBytes?: number;
}

export interface ScriptedAnswer {
  status: number;
  /** By default 0 for a 2xx status, 99991400 for 429, otherwise 1580101. */
  code?: number;
  /** By default the message that goes with the code. */
  msg?: string;
  headers?: Record<string, string>;
  /** What stands under `error` beside the log ID, e.g. `field_violations`. A success has none by default. */
  error?: object;
  /** What stands under `data`; by default an empty object for a success, and nothing for a failure. */
  data?: object;
  /** Sent as it is, e.g. malformed JSON; the rest but status and headers is then ignored. */
  rawBody?: string;
}

/** The faults that are still to come. */
export class FaultScript {
  #faults: { fault: Fault; timesLeft: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, timesLeft: fault.times ?? 1 });
  }

  /** The first fault that fits the call; it is used up after its number of calls. */
  take(call: RecordedCall): Fault | undefined {
    const entry = this.#faults.find(({ fault }) => fits(fault, call));
    if (!entry) return undefined;
    entry.timesLeft -= 1;
    this.#faults = this.#faults.filter(({ timesLeft }) => timesLeft > 0);
    return entry.fault;
  }
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
