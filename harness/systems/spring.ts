/**
 * A server of Spring Cloud as its users have it, in a Spring Boot application of one class: made by Maven from what
 * Spring Cloud publishes, as one program that begins with a few lines of shell.
 */
import type { Releases, Requirement } from './define-system.ts';

/** Those of Spring Cloud 2025.0 are for this one. */
const boot = '3.5.0';

export interface SpringServer {
  /** As it tells its version: `Eureka`. */
  readonly title: string;
  /** Of the group `org.springframework.cloud`. */
  readonly artifact: string;
  /** Below `org.springframework.cloud`: the annotation that turns it on. */
  readonly annotation: string;
  /** What comes of it. */
  readonly program: string;
}

export function springReleases({ title, artifact, annotation, program }: SpringServer): Releases {
  return {
    versions: /^2025\.0\.\d{1,2}$/,
    wanted: 'one of Spring Cloud 2025.0, such as 2025.0.0',
    needs: {
      program: 'mvn',
      args: ['--version'],
      otherwise: 'apt-get install maven openjdk-17-jdk-headless',
    },
    files: {
      'pom.xml': pomOf(artifact, program),
      'Main.java': mainOf(annotation),
      'launch.sh': scriptOf(title),
    },
    commands: (version) => [
      ['mvn', '-q', '-B', '-DskipTests', `-Dcloud=${version}`, 'package'],
      ['mv', `target/${program}.jar`, program],
    ],
    program,
  };
}

/** What a machine needs to start one of `product`. */
export function springServer(product: string, { program }: SpringServer): Requirement {
  return {
    program,
    args: ['--version'],
    otherwise: `antlion verify ${product} starts its own with it, and Java: antlion systems install ${product}@2025.0.0 and then verify ${product}@2025.0.0`,
  };
}

/** Of a small Java machine that listens at addresses of one kind; `{{data}}` is for what it writes by the way. */
export const javaOptions = [
  ...['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
  ...['-Djava.net.preferIPv4Stack=true', '-Djava.io.tmpdir={{data}}'],
].join(' ');

function pomOf(artifact: string, program: string): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>antlion</groupId>
  <artifactId>${program}</artifactId>
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
      <artifactId>${artifact}</artifactId>
    </dependency>
  </dependencies>
  <build>
    <finalName>${program}</finalName>
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
}

function mainOf(annotation: string): string {
  const name = annotation.split('.').at(-1) ?? '';
  return `package antlion;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.${annotation};

@SpringBootApplication
@${name}
public class Main {
  public static void main(String[] args) {
    SpringApplication.run(Main.class, args);
  }
}
`;
}

/** In place of itself, so that what is done to the process is done to the server. */
function scriptOf(title: string): string {
  return `#!/bin/sh
if [ "$1" = --version ]; then echo "${title} of Spring Cloud {{cloud:}}"; exit; fi
exec java $JAVA_OPTS -jar "$0" "$@"
`;
}
