import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/**
 * Makes a certificate that vouches for itself: `privkey.pem` and `fullchain.pem` in a folder that is there.
 * @param name `DNS:localhost`, `IP:127.0.0.1`
 */
export function makeCertificate(
  folder: string,
  name: string = 'DNS:localhost',
): { key: string; cert: string } {
  const [key, cert] = [join(folder, 'privkey.pem'), join(folder, 'fullchain.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const of = ['-subj', '/CN=trial', '-addext', `subjectAltName=${name}`, '-days', '1']
  execFileSync('openssl', ['req', '-x509', ...curve, ...of, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  return { key, cert }
}
