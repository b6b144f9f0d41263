/** The program that is started. Verifying, which is to be faster than reading, loads no other command. */
void (process.argv[2] === 'verify' ? import('./alone') : import('./all'));
