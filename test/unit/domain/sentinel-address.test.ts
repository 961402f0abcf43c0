import { toSentinelAddress } from '../../../src/domain/sentinel-address';

describe('the URL of sentinels', () => {
  test('names the sentinels, each also without the credentials of Redis', () => {
    const address = toSentinelAddress('redis+sentinel://user:pw@one:26380,two/mymaster');
    expect(address?.master).toBe('mymaster');
    expect(address?.sentinelUrls).toEqual([
      'redis://user:pw@one:26380',
      'redis://one:26380',
      'redis://user:pw@two:26379',
      'redis://two:26379',
    ]);
  });

  test('makes the URL of the Redis that they name, with its credentials, TLS and database', () => {
    const address = toSentinelAddress('rediss+sentinel://:pw@one/mymaster/2');
    expect(address?.redisUrl('10.0.0.1', '6379')).toBe('rediss://:pw@10.0.0.1:6379/2');
    expect(address?.redisUrl('fd00::1', '6379')).toBe('rediss://:pw@[fd00::1]:6379/2');
  });

  test('asks each sentinel once if Redis has no credentials', () => {
    const address = toSentinelAddress('redis+sentinel://one,two/mymaster');
    expect(address?.sentinelUrls).toEqual(['redis://one:26379', 'redis://two:26379']);
  });

  test.each(['redis://one:6379', 'redis+sentinel://one', 'redis+sentinel:///mymaster'])(
    'is not %s',
    (url) => {
      expect(toSentinelAddress(url)).toBeUndefined();
    },
  );
});
