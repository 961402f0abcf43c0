import { Counter, Gauge, type Registry } from 'prom-client';

export function createStreamMetrics(registers: Registry[]) {
  const open = new Gauge({
    name: 'gateway_streams',
    help: 'Open streams of subscriptions.',
    registers,
  });
  const ended = new Counter({
    name: 'gateway_streams_ended_total',
    help: 'Streams of subscriptions that have ended, by reason.',
    labelNames: ['reason'],
    registers,
  });
  return {
    observeStreamOpened(): void {
      open.inc();
    },
    observeStreamEnded(reason: string): void {
      open.dec();
      ended.inc({ reason });
    },
  };
}
