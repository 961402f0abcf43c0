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
])('A link is not safe to follow: %j', (link) => {
  expect(isSafeLink(link)).toBe(false);
});
