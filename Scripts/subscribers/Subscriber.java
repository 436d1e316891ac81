// Prints what an acquisition application publishes.
//
//   apt-get install libjeromq-java openjdk-17-jdk-headless
//   java -cp /usr/share/java/jeromq.jar Subscriber.java [HOST [PORT [COUNT]]]    defaults: 127.0.0.1 5556, for ever
//
// The payload is printed as the text it is. Releases up to 0.9.7 send a JSON string that contains the JSON:
// with a JSON library, parse, and while the result is a string, parse again.

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.zeromq.ZMQ;

public class Subscriber {
    static final Map<Integer, String> TOPICS = Map.of(
        0, "ANY", 1001, "HEARTBEAT", 2001, "EMERGENCY", 4001, "EVENT", 5001, "PROPERTY_CHANGE", 6001, "COMMAND_RESULT");

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
            int topic = ByteBuffer.wrap(socket.recv()).order(ByteOrder.LITTLE_ENDIAN).getInt();
            String payload = new String(socket.recv(), StandardCharsets.UTF_8);
            String name = TOPICS.getOrDefault(topic, Integer.toUnsignedString(topic));
            System.out.println(LocalTime.now().format(clock) + " " + name + " " + payload);
        }

        socket.close();
        context.term();
    }
}
