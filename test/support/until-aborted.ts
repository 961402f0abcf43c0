import type { Emulator } from '../../src/emulator/emulator';
import { until } from './until';

/** The transport gives up a silent call by itself after 8 s. */
const ABORTED_WITHIN_MS = 5_000;

/** Waits until the gateway has aborted its first call for tasks. */
export function untilAborted({ callsOf }: Pick<Emulator, 'callsOf'>): Promise<void> {
  return until(() => callsOf('find_by_user_list')[0]?.aborted === true, ABORTED_WITHIN_MS);
}
