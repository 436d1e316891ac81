// Sends one command to an acquisition application and prints the reply.
//
//   apt-get install libjeromq-java openjdk-17-jdk-headless
//   java -cp /usr/share/java/jeromq.jar Commander.java [HOST [PORT [COMMAND [DATA]]]]
//   java -cp /usr/share/java/jeromq.jar Commander.java 127.0.0.1 5557 120 '{"mode": 1000}'
//
// Defaults: 127.0.0.1 5557 400 (GET_STATUS), no data; 120 is SET_APPLICATION_MODE.
// Exit status: 0 there was a reply, 3 there was none within 5 seconds.

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.zeromq.ZMQ;

public class Commander {
    /** UTF-8 text as it is. What is no text, or would command a terminal, as its length and first bytes. */
    static String shown(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            boolean isHarmless = text.codePoints().allMatch(character -> switch (Character.getType(character)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
                default -> true;
            });
            if (isHarmless && !text.isEmpty()) return text;
        } catch (CharacterCodingException notText) {
            // Shown as bytes.
        }
        String first = HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(bytes.length, 16));
        return bytes.length + " bytes: " + first + (bytes.length > 16 ? " ..." : "");
    }

    public static void main(String[] arguments) {
        String host = arguments.length > 0 ? arguments[0] : "127.0.0.1";
        String port = arguments.length > 1 ? arguments[1] : "5557";
        int command = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 400;
        String data = arguments.length > 3 ? arguments[3] : "null";

        // The nonce comes back in the reply, and in the COMMAND_RESULT that follows a reply with result 201 (pending).
        // Use 1 or more: 0 is what the reply to a request says that was not understood.
        int nonce = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
        String request = "{\"command\": " + command + ", \"nonce\": " + nonce + ", \"data\": " + data + "}";

        ZMQ.Context context = ZMQ.context(1);
        ZMQ.Socket socket = context.socket(ZMQ.REQ);
        socket.setLinger(0); // do not wait for an absent application when ending
        socket.setReceiveTimeOut(5000);
        socket.connect("tcp://" + host + ":" + port);
        socket.send(request.getBytes(StandardCharsets.UTF_8));

        // After a time-out a REQ socket is stuck in the middle of its exchange: close it and make another one.
        byte[] reply = socket.recv();
        socket.close();
        context.term();
        if (reply == null) {
            System.err.println("no answer from " + host + ":" + port + " within 5 seconds");
            System.exit(3);
        }
        System.out.println(shown(reply));
    }
}
