/** Labels that Prometheus adds to each series. */
export const OF_PROMETHEUS: readonly string[] = ['job', 'instance'];

/** A metric in an expression of PromQL, and what the expression reads of it. */
export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
  readonly values: readonly string[];
}

/** The metrics in an expression of PromQL, with the labels that it reads of them. */
export function selectorsIn(expression: string): Selector[] {
  const grouping = /\bby \(([^)]*)\)/.exec(expression)?.[1]?.split(/, */) ?? [];
  const found = expression.matchAll(/\b((?:gateway|process|nodejs)_\w+|up)\b(?:\{([^}]*)\})?/g);
  return [...found].map(([, metric = '', matchers = '']) => {
    const pairs = [...matchers.matchAll(/(\w+)[=!~]+"([^"]*)"/g)];
    return {
      metric,
      labels: [...grouping, ...pairs.map(([, label = '']) => label)],
      values:
        metric === 'up'
          ? []
          : pairs.flatMap(([, label, value = '']) =>
              OF_PROMETHEUS.includes(label ?? '') ? [] : value.split('|'),
            ),
    };
  });
}
