// Prints what an acquisition application publishes.
//
//   apt-get install libjeromq-java openjdk-17-jdk-headless
//   java -cp /usr/share/java/jeromq.jar Subscriber.java [HOST [PORT [COUNT]]]    defaults: 127.0.0.1 5556, for ever
//
// The payload is printed as the text it is, or as bytes where it is none. Releases up to 0.9.7 send a JSON string that
// contains the JSON: with a JSON library, parse, and while the result is a string, parse again.

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.zeromq.ZMQ;

public class Subscriber {
    static final Map<Integer, String> TOPICS = Map.of(
        0, "ANY", 1001, "HEARTBEAT", 2001, "EMERGENCY", 4001, "EVENT", 5001, "PROPERTY_CHANGE", 6001, "COMMAND_RESULT");

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
        String port = arguments.length > 1 ? arguments[1] : "5556";
        int count = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
        DateTimeFormatter clock = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

        ZMQ.Context context = ZMQ.context(1);
        ZMQ.Socket socket = context.socket(ZMQ.SUB);
        socket.subscribe(new byte[0]); // everything
        socket.connect("tcp://" + host + ":" + port);

        for (int received = 0; count == 0 || received < count; received++) {
            // Two frames: the topic as 4 bytes, little-endian, and the payload as UTF-8 JSON.
            byte[] topicFrame = socket.recv();
            byte[] payload = new byte[0];
            while (socket.hasReceiveMore()) payload = socket.recv();
            int topic = ByteBuffer.wrap(Arrays.copyOf(topicFrame, 4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
            String name = TOPICS.getOrDefault(topic, Integer.toUnsignedString(topic));
            System.out.println(LocalTime.now().format(clock) + " " + name + " " + shown(payload));
        }

        socket.close();
        context.term();
    }
}
