import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Collections;

/** Opens every file that a list names (NAME.p12 with NAME.pin beside it), and tells what Java found in each. */
public class Opens {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String name : Files.readAllLines(Path.of(arguments[0]))) {
            out.println(name + "\t" + told(Path.of(arguments[1], name + ".p12"), Path.of(arguments[1], name + ".pin")));
        }
    }

    private static String told(Path file, Path secret) {
        try (InputStream in = Files.newInputStream(file)) {
            char[] pin = Files.readString(secret).replace("\n", "").toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, pin);
            String found = "";
            for (String alias : Collections.list(store.aliases())) {
                Key key = store.getKey(alias, pin);
                found += alias + "\t" + (key == null ? "no key" : store.getCertificateChain(alias).length);
            }
            return found;
        } catch (Exception refused) {
            Throwable cause = refused;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return "refused\t" + refused.getMessage() + ": " + cause.getMessage();
        }
    }
}
