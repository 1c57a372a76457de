/**
 * Eureka's server as its users have it, in a Spring Boot application of one class: made by Maven from what Spring
 * Cloud publishes, as one program that begins with a few lines of shell.
 */
import type { Releases } from '../define-system.ts';

/** Those of Spring Cloud 2025.0 are for this one. */
const boot = '3.5.0';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>antlion</groupId>
  <artifactId>eureka-server</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
  </properties>
  <parent>
    <groupId>org.springframework.boot</groupId>
    <artifactId>spring-boot-starter-parent</artifactId>
    <version>${boot}</version>
    <relativePath/>
  </parent>
  <dependencyManagement>
    <dependencies>
      <dependency>
        <groupId>org.springframework.cloud</groupId>
        <artifactId>spring-cloud-dependencies</artifactId>
        <version>\${cloud}</version>
        <type>pom</type>
        <scope>import</scope>
      </dependency>
    </dependencies>
  </dependencyManagement>
  <dependencies>
    <dependency>
      <groupId>org.springframework.cloud</groupId>
      <artifactId>spring-cloud-starter-netflix-eureka-server</artifactId>
    </dependency>
  </dependencies>
  <build>
    <finalName>eureka-server</finalName>
    <sourceDirectory>\${project.basedir}</sourceDirectory>
    <plugins>
      <plugin>
        <groupId>org.springframework.boot</groupId>
        <artifactId>spring-boot-maven-plugin</artifactId>
        <configuration>
          <executable>true</executable>
          <embeddedLaunchScript>launch.sh</embeddedLaunchScript>
          <embeddedLaunchScriptProperties>
            <cloud>\${cloud}</cloud>
          </embeddedLaunchScriptProperties>
        </configuration>
      </plugin>
    </plugins>
  </build>
</project>
`;

const main = `package antlion;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;

@SpringBootApplication
@EnableEurekaServer
public class Main {
  public static void main(String[] args) {
    SpringApplication.run(Main.class, args);
  }
}
`;

/** In place of itself, so that what is done to the process is done to the server. */
const script = `#!/bin/sh
if [ "$1" = --version ]; then echo "Eureka of Spring Cloud {{cloud:}}"; exit; fi
exec java $JAVA_OPTS -jar "$0" "$@"
`;

export const releases: Releases = {
  versions: /^2025\.0\.\d{1,2}$/,
  wanted: 'one of Spring Cloud 2025.0, such as 2025.0.0',
  needs: {
    program: 'mvn',
    args: ['--version'],
    otherwise: 'apt-get install maven openjdk-17-jdk-headless',
  },
  files: { 'pom.xml': pom, 'Main.java': main, 'launch.sh': script },
  commands: (version) => [
    ['mvn', '-q', '-B', '-DskipTests', `-Dcloud=${version}`, 'package'],
    ['mv', 'target/eureka-server.jar', 'eureka-server'],
  ],
  program: 'eureka-server',
};
