import { randomBytes } from 'node:crypto';

/** The tickets of a store app. (fact 22) */
export interface Tickets {
  /** Creates a ticket. The one before it stays valid. */
  issue(): string;
  readonly isValid: (text: unknown) => boolean;
  /** Invalidates all tickets so far. */
  revoke(): void;
}

/** The gateway may still use a ticket while the next one is on its way. */
const VALID_TICKETS = 2;

export function createTickets(): Tickets {
  let valid: readonly string[] = [];
  return {
    issue() {
      const ticket = randomBytes(20).toString('hex');
      valid = [ticket, ...valid].slice(0, VALID_TICKETS);
      return ticket;
    },
    isValid: (text) => typeof text === 'string' && valid.includes(text),
    revoke() {
      valid = [];
    },
  };
}
