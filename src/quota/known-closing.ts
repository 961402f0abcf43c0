import {
  afterCall,
  closingFrom,
  later,
  LONGEST_CLOSING_MS,
  OPEN,
  withoutProbe,
  type Closing,
  type ClosingRequest,
} from './closing';

/** What one replica knows of a closing: from upstream itself, and from the shared ledger. */
export interface KnownClosing {
  current(): Closing;
  /** What upstream has told this replica, as far as it still holds. */
  own(): ClosingRequest;
  learn(told: ClosingRequest | undefined): void;
  readonly closeFor: (request: ClosingRequest) => void;
  /** A call has left without the others. */
  noteCall(): void;
  /** Opens what a probe has kept closed. False: there was none. */
  readonly noteAnswered: () => boolean;
}

const NOTHING: ClosingRequest = { forMs: 0, reason: 'none' };

export function createKnownClosing(nowMs: () => number): KnownClosing {
  let own = OPEN;
  let shared = OPEN;

  return {
    current: () => later(own, shared),

    own() {
      const forMs = own.untilMs - nowMs();
      return forMs > 0 ? { forMs, reason: own.reason } : NOTHING;
    },

    learn(told) {
      // What has ended is the others' to say: one of them may have asked upstream since.
      if (own.untilMs <= nowMs()) own = OPEN;
      if (!told) return;
      const forMs = Math.min(told.forMs, LONGEST_CLOSING_MS[told.reason]);
      const closing = closingFrom({ ...told, forMs }, nowMs());
      // Redis's clock may have been set forward, which ends nothing.
      shared = closing.reason === shared.reason ? later(shared, closing) : closing;
    },

    closeFor(request) {
      own = later(withoutProbe(own), closingFrom(request, nowMs()));
      shared = withoutProbe(shared);
    },

    noteCall() {
      own = afterCall(later(own, shared), nowMs());
    },

    noteAnswered() {
      if (later(own, shared).reason !== 'probing') return false;
      own = shared = OPEN;
      return true;
    },
  };
}
