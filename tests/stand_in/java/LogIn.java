import java.io.InputStream;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Logs in with every file that a list names (NAME.p12 with NAME.pin beside it), and tells what the server answers. */
public class LogIn {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path folder = Path.of(arguments[1]);
        for (String name : Files.readAllLines(Path.of(arguments[0]))) {
            out.println(name + "\t" + told(folder.resolve(name + ".p12"), folder.resolve(name + ".pin"), arguments));
        }
    }

    private static String told(Path file, Path secret, String[] arguments) {
        try {
            char[] pin = Files.readString(secret).replace("\n", "").toCharArray();
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                keys.load(in, pin);
            }
            KeyManagerFactory mine = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            mine.init(keys, pin);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(mine.getKeyManagers(), trusted(Path.of(arguments[2])).getTrustManagers(), null);
            HttpsURLConnection call = (HttpsURLConnection) new URL(arguments[3]).openConnection();
            call.setSSLSocketFactory(context.getSocketFactory());
            try (InputStream in = call.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (Exception refused) {
            return "refused: " + refused;
        }
    }

    private static TrustManagerFactory trusted(Path authority) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory found = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        found.init(store);
        return found;
    }
}
