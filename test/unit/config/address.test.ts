import { readLocalAddress } from '../../../src/config.address';

test.each([
  [{}, '127.0.0.1', 4_000],
  [{ HOST: '', PORT: '' }, '127.0.0.1', 4_000],
  [{ HOST: '0.0.0.0', PORT: '8080' }, '127.0.0.1', 8_080],
  [{ HOST: '::' }, '::1', 4_000],
  [{ HOST: '[::]' }, '::1', 4_000],
  [{ HOST: '10.0.0.7' }, '10.0.0.7', 4_000],
])('With %j, this machine reaches the gateway at %s, port %d', (environment, host, port) => {
  expect(readLocalAddress(environment)).toEqual({ host, port });
});
