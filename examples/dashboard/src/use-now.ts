import { createContext, useContext, useEffect, useState } from 'react';

/** The time in Unix milliseconds, read again in this interval; `null` stops the clock. */
export function useNow(intervalMs: number | null): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    setNowMs(Date.now());
    if (intervalMs === null) return;
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, intervalMs);
    return () => {
      clearInterval(timer);
    };
  }, [intervalMs]);
  return nowMs;
}

/** The time for ages and deadlines, from one clock for all rows. */
export const NowContext = createContext(0);

export function useSharedNow(): number {
  return useContext(NowContext);
}
