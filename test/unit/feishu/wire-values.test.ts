import fc from 'fast-check';
import { isSafeLink } from '../../../src/feishu/wire-values';

test.each([
  'https://example.feishu.cn/perf/1',
  'http://example.com/',
  'https://applink.feishu.cn/client/web_app/open?appId=cli_a',
  'https://applink.larksuite.com/client/web_app/open?appId=cli_a',
  'lark://applink.feishu.cn/client/web_app/open',
  'feishu://applink.feishu.cn/client/web_app/open',
])('A link is safe to follow: %s', (link) => {
  expect(isSafeLink(link)).toBe(true);
});

test.each([
  'javascript:alert(1)',
  ' java\nscript:alert(1)',
  'JAVASCRIPT:alert(1)',
  'data:text/html,a',
  'vbscript:a',
  'file:///etc/passwd',
  'intent://a#Intent;scheme=https;end',
  'blob:https://example.com/1',
  'larks://a',
  '//example.com/a',
  '/perf/1',
  'https://performance example.com/perf/1',
])('A link is not safe to follow: %j', (link) => {
  expect(isSafeLink(link)).toBe(false);
});

test('A link is safe to follow exactly if it is a valid URL with one of four schemes', () => {
  const host = fc.constantFrom('a', 'a.', 'xn--', '-', '1', '中', '%', ' ', '@', ':');
  const rest = fc.constantFrom('/', '?', '#', '\\', ':80', ':x', '@b.c', '/a b', '/%', '');
  const links = fc
    .record({
      scheme: fc.constantFrom('https://', 'http://', 'lark://', 'https:/', 'HTTPS://', 'ftp://'),
      host: fc.array(host, { maxLength: 5 }),
      rest: fc.array(rest, { maxLength: 2 }),
    })
    .map((link) => link.scheme + link.host.join('') + link.rest.join(''));
  const schemes = ['https:', 'http:', 'lark:', 'feishu:'];
  fc.assert(
    fc.property(fc.oneof(links, fc.webUrl(), fc.string()), (link) => {
      const isSafe = URL.canParse(link) && schemes.includes(new URL(link).protocol);
      expect(isSafeLink(link)).toBe(isSafe);
    }),
    { numRuns: 5_000 },
  );
});
