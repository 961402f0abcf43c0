/** Header names and values in turn, as Node reads them from a request. */
export function rawHeadersOf(headers: Readonly<Record<string, string | readonly string[]>>) {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => [name, value]),
  );
}
